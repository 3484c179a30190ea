using System.Diagnostics;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Vault;
using Governance.Tests.Avro.Differential;

namespace Governance.Tests.Avro.Fuzzing;

/// <summary>
/// Feeds a batch with mutated records, a good one among every eight, again and again; what it says of them is checked, and what it costs.
/// Not for concurrent use.
/// </summary>
/// <param name="batch">The batch.</param>
/// <param name="add">Adds a record to it.</param>
/// <param name="write">Writes a masked record.</param>
/// <param name="good">Good records.</param>
/// <param name="mutate">Breaks a record.</param>
/// <param name="identifiers">The way to the vault.</param>
internal sealed class FuzzRun(
    RecordBatch batch,
    Action<ReadOnlyMemory<byte>> add,
    Action<int, ByteBuffer> write,
    byte[][] good,
    Func<byte[], byte[], Dice, byte[]> mutate,
    Identifiers identifiers
)
{
    private const int Length = 64;
    private const int GoodEvery = 8;

    // An exception, its trace and its text take a few thousand bytes; a vault row as much. What a record claims must count for nothing.
    private const int MostBytesOfRecord = 24 * 1024;
    private const int MostBytesOfBatch = 1 << 20;

    private static readonly byte[] Mark = Encoding.ASCII.GetBytes(MarkedRecords.Mark);

    private readonly ByteBuffer _output = new();
    private byte[][] _expected = [];

    /// <summary>How many mutated records were fed.</summary>
    public int Fed { get; private set; }

    /// <summary>How many of them were masked all the same.</summary>
    public int Accepted { get; private set; }

    /// <summary>Whether outputs are searched for the mark.</summary>
    public bool Marked { get; init; } = true;

    /// <summary>One batch.</summary>
    public void Feed(ulong seed)
    {
        if (_expected.Length == 0)
        {
            _expected = [.. good.Select(Alone)];
        }

        var dice = new Dice(seed);
        var records = new byte[Length][];
        var source = new int[Length];
        for (var index = 0; index < Length; index++)
        {
            source[index] = dice.Below(good.Length);
            records[index] =
                index % GoodEvery == 0
                    ? good[source[index]]
                    : mutate(good[source[index]], good[dice.Below(good.Length)], dice);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var begin = Stopwatch.GetTimestamp();
        Mask(records);
        for (var index = 0; index < Length; index++)
        {
            if (index % GoodEvery == 0)
            {
                batch.FaultOf(index).Should().BeNull("seed {0}: a record with broken neighbours is masked", seed);
                Written(index)
                    .SequenceEqual(_expected[source[index]])
                    .Should()
                    .BeTrue("seed {0}: neighbours change nothing", seed);
                continue;
            }

            Fed++;
            if (batch.FaultOf(index) is { } fault)
            {
                if (fault.Code == EventFaults.MaskingFailed)
                {
                    Assert.Fail(
                        $"seed {seed}: a fault that nobody foresaw: {fault.Reason}, {Convert.ToHexString(records[index])}"
                    );
                }

                continue;
            }

            Accepted++;
            if (Written(index).IndexOf(Mark) >= 0 && Marked)
            {
                Assert.Fail($"seed {seed}: a masked value came through: {Convert.ToHexString(records[index])}");
            }
        }

        Stopwatch.GetElapsedTime(begin).Should().BeLessThan(TimeSpan.FromSeconds(20), "seed {0}", seed);
        (GC.GetAllocatedBytesForCurrentThread() - before)
            .Should()
            .BeLessThan(MostBytesOfBatch + (Length * MostBytesOfRecord), "seed {0}", seed);
    }

    private byte[] Alone(byte[] record)
    {
        Mask([record]);
        batch.FaultOf(0).Should().BeNull();
        return Written(0).ToArray();
    }

    private void Mask(byte[][] records)
    {
        batch.Clear();
        foreach (var record in records)
        {
            add(record);
        }

        // Done at once, on this thread, but where two threads ask the vault for its destructions at one time.
        batch.MaskAsync(identifiers, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
    }

    private ReadOnlySpan<byte> Written(int record)
    {
        _output.Clear();
        write(record, _output);
        return _output.Written;
    }
}

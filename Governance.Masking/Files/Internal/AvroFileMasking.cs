using Governance.Masking.Avro;
using Governance.Masking.Avro.Files;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Files.Internal;

/// <summary>Masks an Avro object container file into one of the masked schema.</summary>
internal sealed class AvroFileMasking
{
    private readonly FileMasking _masking;
    private readonly AvroFileReader _reader;
    private readonly AvroFileWriter _writer;
    private readonly RecordSplitter _splitter;
    private readonly AvroBatch _batch;
    private readonly List<long> _numbers = [];
    private readonly ByteBuffer _output = new();
    private long _record;
    private long _gathered;

    private AvroFileMasking(FileMasking masking, AvroFileReader reader, AvroFileWriter writer, MaskingPlan plan)
    {
        _masking = masking;
        _reader = reader;
        _writer = writer;
        _splitter = new RecordSplitter(reader.Schema);
        _batch = plan.NewBatch();
    }

    public static async Task RunAsync(
        FileMasking masking,
        Dataset dataset,
        TenantKeys keys,
        CancellationToken cancellationToken
    )
    {
        // Not disposed: that would close the input, which is the caller's.
        var reader = await AvroFileReader.OpenAsync(new BufferedStream(masking.Input, 64 * 1024), cancellationToken);
        var plan = MaskingPlan.Compile(dataset, reader.Schema, keys);
        var writer = await AvroFileWriter.CreateAsync(
            masking.Output,
            plan.MaskedAvroSchema,
            reader.Codec,
            cancellationToken
        );
        await new AvroFileMasking(masking, reader, writer, plan).RunAsync(cancellationToken);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _reader.ReadBlockAsync(cancellationToken) is { } block)
        {
            // The reader reuses its memory, and the batch wants its records to stay.
            Add(block with { Bytes = block.Bytes.ToArray() });
            if (_batch.Count >= FileMasking.BatchRecords || _gathered >= FileMasking.BatchBytes)
            {
                await WriteAsync(cancellationToken);
            }
        }

        await WriteAsync(cancellationToken);
    }

    private void Add(in AvroFileBlock block)
    {
        _gathered += block.Bytes.Length;
        var rest = block.Bytes;
        for (var left = block.Count; left > 0; left--)
        {
            int length;
            try
            {
                length = _splitter.LengthOf(rest.Span);
            }
            catch (MalformedAvroException exception)
            {
                LoseRest(left, exception.Message);
                return;
            }

            _numbers.Add(++_record);
            _batch.Add(rest[..length]);
            rest = rest[length..];
        }

        if (rest.Length > 0)
        {
            throw new AvroFileException("The file is damaged: a block holds more than the records that it counts.");
        }
    }

    // Nobody knows where the next record begins: the block is lost from here on. The next block is found by its size.
    private void LoseRest(long left, string reason)
    {
        for (; left > 0; left--)
        {
            _masking.Observer.OnLeftOut(++_record, new RecordFault(EventFaults.MalformedAvro, reason));
        }
    }

    private async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        await _masking.MaskAsync(_batch, record => _numbers[record], cancellationToken);
        _output.Clear();
        var masked = 0;
        for (var record = 0; record < _batch.Count; record++)
        {
            if (_batch.FaultOf(record) is null)
            {
                _batch.WriteAvro(record, _output);
                masked++;
            }
        }

        await _writer.WriteBlockAsync(masked, _output.WrittenMemory, cancellationToken);
        _masking.Observer.OnBatch(_reader.BytesRead, masked);
        _batch.Clear();
        _numbers.Clear();
        _gathered = 0;
    }
}

using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Json;
using Governance.Masking.Keys;

namespace Governance.Masking.Files.Internal;

/// <summary>Masks JSON Lines: an object a line; empty lines are passed over.</summary>
internal static class JsonLinesMasking
{
    public static async Task RunAsync(
        FileMasking masking,
        Dataset dataset,
        TenantKeys keys,
        CancellationToken cancellationToken
    )
    {
        var batch = JsonMaskingPlan.Compile(dataset, keys).NewBatch();
        var chunk = new LineChunk(masking.Input);
        var numbers = new List<long>();
        var output = new ByteBuffer();
        while (await chunk.ReadAsync(cancellationToken))
        {
            numbers.Clear();
            foreach (var line in chunk.Lines)
            {
                if (line.IsTooLong)
                {
                    masking.Observer.OnLeftOut(
                        line.Number,
                        new RecordFault(EventFaults.TooLarge, "the line is longer than an object may be")
                    );
                    continue;
                }

                batch.Add(chunk.BytesOf(line));
                numbers.Add(line.Number);
            }

            await masking.MaskAsync(batch, record => numbers[record], cancellationToken);
            output.Clear();
            var masked = 0;
            for (var record = 0; record < batch.Count; record++)
            {
                if (batch.FaultOf(record) is null)
                {
                    batch.Write(record, output);
                    output.WriteByte((byte)'\n');
                    masked++;
                }
            }

            await masking.Output.WriteAsync(output.WrittenMemory, cancellationToken);
            masking.Observer.OnBatch(chunk.BytesRead, masked);
            batch.Clear();
        }
    }
}

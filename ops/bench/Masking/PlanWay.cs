using Governance.Bench.Measuring;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Bench.Masking;

/// <summary>Our way: a plan masks a batch of Avro records into Avro records.</summary>
internal static class PlanWay
{
    public static Way Of(EnergyRecords records, Scenario scenario, TenantKeys keys, Identifiers identifiers)
    {
        var fields = ((global::Avro.RecordSchema)global::Avro.Schema.Parse(records.SchemaText)).Fields;
        var contract = scenario.Contract(fields.Select(field => field.Name));
        var batch = MaskingPlan.Compile(contract, records.SchemaText, keys).NewBatch();
        var cursor = new BatchCursor(records);
        var output = new ByteBuffer();
        return new Way(scenario.Method, BatchCursor.Length, () => Mask(cursor.Next()), cursor.Lap);

        void Mask(int first)
        {
            batch.Clear();
            for (var index = 0; index < BatchCursor.Length; index++)
            {
                batch.Add(records[first + index]);
            }

            batch.Index(identifiers);
            var masking = batch.MaskAsync(identifiers, CancellationToken.None);
            if (!masking.IsCompletedSuccessfully)
            {
                masking.AsTask().GetAwaiter().GetResult();
            }

            output.Clear();
            for (var index = 0; index < BatchCursor.Length; index++)
            {
                if (batch.FaultOf(index) is { } fault)
                {
                    throw new InvalidOperationException($"A record was not masked: {fault.Reason}");
                }

                batch.WriteAvro(index, output);
            }
        }
    }
}

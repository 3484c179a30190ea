using System.Text.Json;
using System.Text.Json.Nodes;
using Avro;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Kafka;

/// <summary>
/// How a key or a header is masked: by the plan of a record that holds it alone. A record of one field has the same bytes as the field, so a
/// single value, text or Avro, goes the way of all records, and equal values get equal masked ones.
/// </summary>
/// <param name="Plan">Masks it.</param>
/// <param name="Schema">The Avro schema of the masked part, as JSON; <see langword="null"/> where it is text.</param>
internal sealed record PartPlan(MaskingPlan Plan, string? Schema)
{
    private const string Field = "part";
    private const string TextSchema =
        $$"""{"type":"record","name":"Part","fields":[{"name":"{{Field}}","type":"string"}]}""";

    /// <summary>The plan of a text.</summary>
    /// <exception cref="PlanException">The column's rule does not fit.</exception>
    public static PartPlan OfText(Dataset dataset, Column column, TenantKeys keys)
    {
        var plan = MaskingPlan.Compile(Holding(dataset, column), TextSchema, keys);
        if (plan.Schema.Columns is not [{ Type: ScalarType { Kind: ScalarKind.Text or ScalarKind.Uuid } }])
        {
            throw new PlanException([
                new PlanFault(
                    column.Path,
                    EventFaults.PlanRefused,
                    "its rule does not leave a text that a key or a header could be"
                ),
            ]);
        }

        return new PartPlan(plan, null);
    }

    /// <summary>The plan of an Avro value in the wire format.</summary>
    /// <exception cref="PlanException">Contract and schema do not fit.</exception>
    public static PartPlan OfAvro(Dataset dataset, Column column, string schema, TenantKeys keys)
    {
        Schema parsed;
        try
        {
            parsed = global::Avro.Schema.Parse(schema);
        }
        catch (AvroException)
        {
            throw new PlanException([
                new PlanFault("", EventFaults.PlanRefused, "the key's writer schema is no Avro schema"),
            ]);
        }

        if (parsed is RecordSchema record)
        {
            var plan = MaskingPlan.Compile(Columns(dataset, column, record), schema, keys);
            return new PartPlan(plan, plan.MaskedAvroSchema);
        }

        var wrapped = new JsonObject
        {
            ["type"] = "record",
            ["name"] = "Part",
            ["fields"] = new JsonArray(new JsonObject { ["name"] = Field, ["type"] = JsonNode.Parse(schema) }),
        };
        var single = MaskingPlan.Compile(Holding(dataset, column), wrapped.ToJsonString(), keys);
        using var masked = JsonDocument.Parse(single.MaskedAvroSchema);
        var fields = masked.RootElement.GetProperty("fields");
        return fields.GetArrayLength() == 1
            ? new PartPlan(single, fields[0].GetProperty("type").GetRawText())
            : throw new PlanException([
                new PlanFault(column.Path, EventFaults.PlanRefused, "its rule leaves nothing of a key"),
            ]);
    }

    // A field of a key is classified by the dataset's column of its name; the only field of a key by the column that the key repeats.
    private static Dataset Columns(Dataset dataset, Column column, RecordSchema record) =>
        record.Fields is [var only] && dataset.Columns.All(known => known.Name != only.Name)
            ? Holding(dataset, column, only.Name)
            : dataset with
            {
                Subject = null,
            };

    private static Dataset Holding(Dataset dataset, Column column, string name = Field) =>
        dataset with
        {
            Subject = null,
            Columns = [column with { Name = name }],
        };
}

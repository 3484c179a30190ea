using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Policies.Warehouse.BigQuery.Tables;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>Writes a JSON value as the value of a field.</summary>
internal abstract class ValuePlan(string path)
{
    /// <summary>Where it stands, for messages.</summary>
    protected string Path { get; } = path;

    /// <summary>Writes the value that the reader stands on, which is not null, and leaves the reader on its last token.</summary>
    /// <returns>What is wrong with it, without the value; <see langword="null"/> where all is well.</returns>
    public abstract string? Write(ref Utf8JsonReader reader, ProtoBuffer output, int number);

    public static ValuePlan Compile(BigQueryField field, MaskedType type, string path) =>
        type switch
        {
            StructType record => new MessagePlan(RecordPlan.Compile(field.Fields, record.Fields, path), path),
            ListType list when FieldMapping.IsWrapped(field) => new WrappedListPlan(
                Compile(field.Fields[0], list.Item, $"{path}[]"),
                path
            ),
            ListType list => new ListPlan(
                Compile(field with { Mode = FieldModes.Nullable }, list.Item, $"{path}[]"),
                path
            ),
            MapType map => new MapPlan(Compile(field.Fields[1], map.Value, $"{path}[]"), path),
            ScalarType scalar => new ScalarPlan(field, scalar.Kind, path),
            _ => throw new ArgumentException($"No such type: {type.GetType().Name}.", nameof(type)),
        };
}

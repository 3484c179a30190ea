using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>The columns of a dataset's table that say where a row comes from; they come first.</summary>
internal static class SystemColumns
{
    /// <summary>The Kafka partition. BigQuery takes no column whose name starts with <c>_partition</c>, the name in other warehouses.</summary>
    public const string Partition = "_kafka_partition";
    public const string Offset = "_offset";
    public const string EventTime = "_event_time";
    public const string IngestedAt = "_ingested_at";
    public const string Source = "_source";

    public static ImmutableArray<BigQueryField> All { get; } =
    [
        new(Partition, FieldTypes.Integer, FieldModes.Required)
        {
            Description = "The Kafka partition that the row came from.",
        },
        new(Offset, FieldTypes.Integer, FieldModes.Required)
        {
            Description = "The Kafka offset that the row came from.",
        },
        new(EventTime, FieldTypes.Timestamp, FieldModes.Required) { Description = "The Kafka timestamp." },
        new(IngestedAt, FieldTypes.Timestamp, FieldModes.Required) { Description = "When the row was written." },
        new(Source, FieldTypes.String, FieldModes.Required) { Description = "The log that offsets count in." },
    ];

    /// <summary>Whether the warehouse keeps this name for itself.</summary>
    public static bool IsSystem(string column) =>
        All.Any(field => string.Equals(field.Name, column, StringComparison.OrdinalIgnoreCase));
}

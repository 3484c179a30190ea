using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>How the adapter's own tables are laid out.</summary>
internal static class SystemTableLayouts
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<BigQueryTable> All { get; } =
    [
        new(SystemTables.Positions)
        {
            Description = "How far each Kafka partition has landed, and by which write stream.",
            Fields =
            [
                Required("source", FieldTypes.String),
                Required("topic", FieldTypes.String),
                Required("partition", FieldTypes.Integer),
                // Null where a stream was made before anything landed.
                new("next_offset", FieldTypes.Integer),
                Required("stream", FieldTypes.String),
                Required("stream_rows", FieldTypes.Integer),
                Required("recorded_at", FieldTypes.Timestamp),
            ],
            Clustering = ["source", "topic"],
        },
        new(SystemTables.Replays)
        {
            Description = "Origins of rows that came out of quarantine.",
            Fields =
            [
                Required("source", FieldTypes.String),
                Required("topic", FieldTypes.String),
                Required("partition", FieldTypes.Integer),
                Required("offset", FieldTypes.Integer),
            ],
            Clustering = ["source", "topic"],
        },
        new(SystemTables.Keys)
        {
            Description = "Surrogates of running erasures.",
            Fields =
            [
                Required("key_set", FieldTypes.String),
                Required("domain", FieldTypes.String),
                Required("surrogate", FieldTypes.String) with
                {
                    MaxLength = FieldMapping.UuidLength,
                },
                // Null where an earlier version, which had no batches, left the key.
                new("owner", FieldTypes.String) { MaxLength = FieldMapping.UuidLength },
            ],
            Clustering = ["key_set"],
        },
    ];

    private static BigQueryField Required(string name, string type) => new(name, type, FieldModes.Required);
}

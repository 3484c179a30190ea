using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>The adapter's own tables, which live beside the datasets' tables.</summary>
internal static class SystemTables
{
    /// <summary>No dataset's name starts with this.</summary>
    public const string Prefix = "_governance";

    /// <summary>How far each partition has landed, and by which write stream; only ever added to, until it is compacted.</summary>
    public const string Positions = "_governance_positions";

    /// <summary>Origins of rows that came out of quarantine.</summary>
    public const string Replays = "_governance_replays";

    public const string Keys = "_governance_keys";

    public const string Jobs = "_governance_jobs";

    /// <summary>All of them.</summary>
    public static ImmutableArray<BigQueryTable> All { get; } =
    [
        new(Positions)
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
        new(Replays)
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
        new(Keys)
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
            ],
            Clustering = ["key_set"],
        },
        new(Jobs)
        {
            Description = "What each statement of an erasure did.",
            Fields =
            [
                Required("job_id", FieldTypes.String),
                Required("phase", FieldTypes.String),
                Required("dataset", FieldTypes.String),
                new("rows", FieldTypes.Integer),
                new("matched", FieldTypes.Integer),
                new("control", FieldTypes.String),
                Required("recorded_at", FieldTypes.Timestamp),
            ],
            Clustering = ["job_id"],
        },
    ];

    private static BigQueryField Required(string name, string type) => new(name, type, FieldModes.Required);
}

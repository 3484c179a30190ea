using System.Collections.Frozen;
using static Governance.Masking.Contracts.Odcs.Shapes;

namespace Governance.Masking.Contracts.Odcs;

/// <summary>Keys of a server, by its <c>type</c>; those with a star are required.</summary>
internal static class ServerShapes
{
    private const string HostPortDatabaseSchema = "host* port* database* schema*";
    private const string HostPortDatabase = "host* port* database*";

    private static readonly (string Types, string Keys)[] Rows =
    [
        ("api", "location*"),
        ("athena", "stagingDir* schema* catalog regionName"),
        ("azure", "location* format* delimiter"),
        ("bigquery", "project* dataset*"),
        ("db2", HostPortDatabase + " schema"),
        ("clickhouse impala informix mysql synapse", HostPortDatabase),
        ("databricks", "host catalog* schema*"),
        ("denodo", "host* port* database"),
        ("dremio", "host* port* schema"),
        ("duckdb", "database* schema"),
        ("glue", "account* database* location format"),
        ("cloudsql postgres postgresql vertica", HostPortDatabaseSchema),
        ("hive zen", "host* port database*"),
        ("kafka", "host* format"),
        ("kinesis", "region format"),
        ("local", "path* format*"),
        ("oracle", "host* port* serviceName*"),
        ("presto", "host* catalog schema"),
        ("pubsub", "project*"),
        ("redshift", "host database* schema* region account"),
        ("s3", "location* endpointUrl format delimiter"),
        ("sftp", "location* format delimiter"),
        ("snowflake", "host port account* database* schema* warehouse"),
        ("sqlserver", "host* port database* schema*"),
        ("trino", "host* port* catalog* schema*"),
        (
            "custom",
            "account catalog database dataset delimiter endpointUrl format host location path port project region "
                + "regionName schema serviceName stagingDir warehouse stream"
        ),
    ];

    private static readonly FrozenDictionary<string, MapShape> ByType = Build();

    public static string[] Types { get; } = [.. ByType.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The keys that a type adds; <see langword="null"/> for a type that ODCS does not have.</summary>
    public static MapShape? For(string? type) => type is null ? null : ByType.GetValueOrDefault(type);

    private static FrozenDictionary<string, MapShape> Build()
    {
        var shapes = new Dictionary<string, MapShape>(StringComparer.Ordinal);
        foreach (var (types, keys) in Rows)
        {
            foreach (var type in types.Split(' '))
            {
                var words = keys.Split(' ');
                shapes.Add(
                    type,
                    new MapShape(
                        words
                            .Select(word => word.TrimEnd('*'))
                            .ToDictionary(key => key, key => ShapeOf(type, key), StringComparer.Ordinal),
                        [.. words.Where(word => word.EndsWith('*')).Select(word => word.TrimEnd('*'))]
                    )
                );
            }
        }

        return shapes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Shape ShapeOf(string type, string key) =>
        (type, key) switch
        {
            ("sftp", "location") => new TextShape(
                text => text.StartsWith("sftp://", StringComparison.Ordinal) && Forms.IsUri(text),
                "an address that starts with sftp://"
            ),
            ("custom", "location" or "stagingDir") => Text,
            (_, "location" or "endpointUrl" or "stagingDir") => Address,
            (_, "port") => Integer,
            _ => Text,
        };
}

using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>What the analyzer found a statement to be.</summary>
internal sealed class SqlAnalysis(JsonObject json)
{
    /// <summary>Such as <c>resolved_query_stmt_node</c>.</summary>
    public string Kind => json["kind"]!.GetValue<string>();

    /// <summary>The columns of its answer, or of the table or view that it creates.</summary>
    public IReadOnlyList<(string Name, SqlType Type)> Columns => [.. SqlType.Columns(json["columns"]!.AsArray())];

    /// <summary>Columns that it declares NOT NULL.</summary>
    public IReadOnlyList<string> Required => Texts("required");

    /// <summary>Tables that it reads or changes, with the columns.</summary>
    public IReadOnlyList<(string Table, IReadOnlyList<string> Columns)> Scans =>
        [
            .. json["scans"]!
                .AsArray()
                .Select(scan =>
                    (
                        scan!["table"]!.GetValue<string>(),
                        (IReadOnlyList<string>)
                            [.. scan["columns"]!.AsArray().Select(column => column!.GetValue<string>())]
                    )
                ),
        ];

    public string? Name => Text("name");

    public IReadOnlyList<string> Path => Texts("path");

    public string? CreateMode => Text("createMode");

    public string? CreateScope => Text("createScope");

    public bool IfExists => json["ifExists"]!.GetValue<bool>();

    public string? ObjectType => Text("objectType");

    public bool DropAll => json["dropAll"]!.GetValue<bool>();

    public IReadOnlyList<string> TargetPath => Texts("targetPath");

    /// <summary>Whom a policy is granted to.</summary>
    public IReadOnlyList<string> Grantees => Texts("grantees");

    /// <summary>Literal options by name.</summary>
    public IReadOnlyDictionary<string, object?> Options =>
        json["options"]!
            .AsArray()
            .ToDictionary(
                option => option![0]!.GetValue<string>(),
                option => Cell.FromJson(option![1]),
                StringComparer.OrdinalIgnoreCase
            );

    public IReadOnlyList<string?> PartitionBy =>
        [.. json["partitionBy"]!.AsArray().Select(name => name?.GetValue<string>())];

    public IReadOnlyList<string?> ClusterBy =>
        [.. json["clusterBy"]!.AsArray().Select(name => name?.GetValue<string>())];

    /// <summary>The table that it changes.</summary>
    public string? Target => Text("target");

    public bool HasWhere => json["hasWhere"]!.GetValue<bool>();

    /// <summary>Parts that the stand-in would drop in silence; it refuses them.</summary>
    public IReadOnlyList<string> Unmodelled => Texts("unmodelled");

    /// <summary>A view's query, as it was written.</summary>
    public string? Query => Text("query");

    /// <summary>A row access policy's filter, as it was written.</summary>
    public string? Predicate => Text("predicate");

    private string? Text(string name) => json[name]?.GetValue<string>();

    private IReadOnlyList<string> Texts(string name) =>
        json[name] is JsonArray items ? [.. items.Select(item => item!.GetValue<string>())] : [];
}

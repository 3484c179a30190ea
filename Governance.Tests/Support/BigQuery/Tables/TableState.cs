using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Datasets;
using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Sql;

namespace Governance.Tests.Support.BigQuery.Tables;

/// <summary>A table or a view.</summary>
internal sealed class TableState
{
    private static readonly string[] Kept =
    [
        "friendlyName",
        "description",
        "labels",
        "expirationTime",
        "timePartitioning",
        "rangePartitioning",
        "clustering",
        "requirePartitionFilter",
        "snapshotDefinition",
        "cloneDefinition",
    ];

    private long _version;

    public TableState(DatasetState dataset, string id, JsonObject resource, DateTimeOffset now)
    {
        Dataset = dataset;
        Id = id;
        Resource = resource;
        Created = now;
        Touch(now);
    }

    public DatasetState Dataset { get; }

    public string Id { get; }

    /// <summary>Project, dataset and table, with dots: how SQL names it.</summary>
    public string Name => $"{Dataset.Project}.{Dataset.Id}.{Id}";

    /// <summary>With a colon after the project: how errors and REST name it.</summary>
    public string LegacyName => $"{Dataset.Project}:{Dataset.Id}.{Id}";

    /// <summary>What its owner sent: labels, partitioning and so on.</summary>
    public JsonObject Resource { get; }

    public IReadOnlyList<ColumnSchema> Columns { get; set; } = [];

    /// <summary>The query of a view; null for a table.</summary>
    public string? ViewQuery { get; set; }

    /// <summary>What a view asks of those who query it; null where it asks nothing.</summary>
    public JsonObject? PrivacyPolicy { get; set; }

    /// <summary>A clone is a table as any other.</summary>
    public string Type =>
        ViewQuery is not null ? "VIEW"
        : Resource.ContainsKey("snapshotDefinition") ? "SNAPSHOT"
        : "TABLE";

    public List<RowState> Rows { get; } = [];

    public List<RowAccessPolicy> Policies { get; } = [];

    /// <summary>Bindings of tables.setIamPolicy: members by role.</summary>
    public Dictionary<string, List<string>> Bindings { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of rows of insertAll that were seen. They are forgotten after a minute or so.</summary>
    public Dictionary<string, DateTimeOffset> InsertIds { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset Created { get; }

    public DateTimeOffset Modified { get; private set; }

    public string Etag => string.Create(CultureInfo.InvariantCulture, $"table-{Id}-{Created.UtcTicks}-{_version}");

    public long Bytes =>
        Rows.Sum(row => Columns.Select((column, index) => CellSize.Of(row.Cells[index], column.SqlType)).Sum());

    public IReadOnlyList<(string Name, SqlType Type)> SqlColumns =>
        [.. Columns.Select(column => (column.Name, column.SqlType))];

    /// <summary>Its metadata changed. Rows do not change the etag.</summary>
    public void Touch(DateTimeOffset now)
    {
        _version++;
        Modified = now;
    }

    public JsonObject Reference() =>
        new()
        {
            ["projectId"] = Dataset.Project,
            ["datasetId"] = Dataset.Id,
            ["tableId"] = Id,
        };

    /// <summary>As answered.</summary>
    public JsonObject ToRest(DateTimeOffset now)
    {
        var table = new JsonObject
        {
            ["kind"] = "bigquery#table",
            ["etag"] = Etag,
            ["id"] = LegacyName,
            ["selfLink"] =
                $"https://bigquery.googleapis.com/bigquery/v2/projects/{Dataset.Project}/datasets/{Dataset.Id}/tables/{Id}",
            ["tableReference"] = Reference(),
            ["type"] = Type,
            ["location"] = Dataset.Location,
            ["creationTime"] = Milliseconds(Created),
            ["lastModifiedTime"] = Milliseconds(Modified),
            ["schema"] = new JsonObject
            {
                ["fields"] = new JsonArray([.. Columns.Select(column => column.Json.DeepClone())]),
            },
        };
        foreach (var name in Kept)
        {
            if (Resource[name] is { } value)
            {
                table[name] = value.DeepClone();
            }
        }

        if (ViewQuery is not null)
        {
            table["view"] = new JsonObject { ["query"] = ViewQuery, ["useLegacySql"] = false };
            if (PrivacyPolicy is not null)
            {
                table["view"]!["privacyPolicy"] = PrivacyPolicy.DeepClone();
            }

            return table;
        }

        table["numRows"] = Rows.Count.ToString(CultureInfo.InvariantCulture);
        table["numBytes"] = Bytes.ToString(CultureInfo.InvariantCulture);
        var streamed = Rows.Where(row => row.IsStreamed(now)).ToList();
        if (streamed.Count > 0)
        {
            table["streamingBuffer"] = new JsonObject
            {
                ["estimatedRows"] = streamed.Count.ToString(CultureInfo.InvariantCulture),
                ["estimatedBytes"] = "1",
                ["oldestEntryTime"] = Milliseconds(streamed.Min(row => row.Written)),
            };
        }

        return table;
    }

    internal static string Milliseconds(DateTimeOffset moment) =>
        moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}

/// <summary>A row.</summary>
/// <param name="Cells">Its values, in the order of the columns.</param>
/// <param name="Written">When.</param>
/// <param name="StreamedUntil">Until when DML may not touch it; null for rows that came another way.</param>
internal sealed record RowState(object?[] Cells, DateTimeOffset Written, DateTimeOffset? StreamedUntil = null)
{
    public bool IsStreamed(DateTimeOffset now) => StreamedUntil > now;
}

using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Datasets;

/// <summary>A dataset with its access list.</summary>
internal sealed class DatasetState
{
    private long _version;

    public DatasetState(string project, string id, string location, JsonObject resource, DateTimeOffset now)
    {
        Project = project;
        Id = id;
        Location = location;
        Resource = resource;
        Created = now;
        Touch(now);
    }

    public string Project { get; }

    public string Id { get; }

    public string Location { get; }

    /// <summary>What its owner sent: labels, description, access.</summary>
    public JsonObject Resource { get; }

    public Dictionary<string, TableState> Tables { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset Created { get; }

    public DateTimeOffset Modified { get; private set; }

    public string Etag => string.Create(CultureInfo.InvariantCulture, $"dataset-{Id}-{Created.UtcTicks}-{_version}");

    public IEnumerable<JsonObject> Access => (Resource["access"] as JsonArray ?? []).Select(entry => entry!.AsObject());

    public void Touch(DateTimeOffset now)
    {
        _version++;
        Modified = now;
    }

    public JsonObject Reference() => new() { ["projectId"] = Project, ["datasetId"] = Id };

    public JsonObject ToRest()
    {
        var dataset = Resource.DeepClone().AsObject();
        dataset["kind"] = "bigquery#dataset";
        dataset["etag"] = Etag;
        dataset["id"] = $"{Project}:{Id}";
        dataset["selfLink"] = $"https://bigquery.googleapis.com/bigquery/v2/projects/{Project}/datasets/{Id}";
        dataset["datasetReference"] = Reference();
        dataset["location"] = Location;
        dataset["creationTime"] = TableState.Milliseconds(Created);
        dataset["lastModifiedTime"] = TableState.Milliseconds(Modified);
        dataset["type"] = "DEFAULT";
        return dataset;
    }
}

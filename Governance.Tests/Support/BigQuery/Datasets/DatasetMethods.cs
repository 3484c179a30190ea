using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Policies;
using Governance.Tests.Support.BigQuery.Rest;

namespace Governance.Tests.Support.BigQuery.Datasets;

/// <summary>https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets</summary>
internal sealed class DatasetMethods(WorldState world, Access access)
{
    private const string Path = "/bigquery/v2/projects/{project}/datasets";
    private const string One = $"{Path}/{{dataset}}";

    // https://cloud.google.com/bigquery/quotas#dataset_limits
    private const int MostAuthorized = 2500;

    // What clients may send and the service decides.
    private static readonly string[] Decided =
    [
        "kind",
        "etag",
        "id",
        "selfLink",
        "datasetReference",
        "location",
        "creationTime",
        "lastModifiedTime",
        "type",
    ];

    public IEnumerable<Route> Routes =>
        [
            new("POST", Path, "bigquery.datasets.insert", Insert)
            {
                Parameters = "datasets.IInsertParams",
                Request = "IDataset",
                Response = "IDataset",
            },
            new("GET", Path, "bigquery.datasets.list", List)
            {
                Parameters = "datasets.IListParams",
                Response = "IDatasetList",
            },
            new("GET", One, "bigquery.datasets.get", Get) { Parameters = "datasets.IGetParams", Response = "IDataset" },
            new("PATCH", One, "bigquery.datasets.patch", Patch)
            {
                Parameters = "datasets.IPatchParams",
                Request = "IDataset",
                Response = "IDataset",
            },
            new("PUT", One, "bigquery.datasets.update", Update)
            {
                Parameters = "datasets.IUpdateParams",
                Request = "IDataset",
                Response = "IDataset",
            },
            new("DELETE", One, "bigquery.datasets.delete", Delete) { Parameters = "datasets.IDeleteParams" },
        ];

    private Task<JsonObject?> Insert(Call call)
    {
        world.CheckProject(call.Project);
        access.RequireOwner(call.Caller);
        var id = call.Body["datasetReference"]?["datasetId"]?.GetValue<string>() ?? "";
        if (id.Length is 0 or > 1024 || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_'))
        {
            throw ApiException.Invalid($"Invalid dataset ID \"{id}\".");
        }

        if (world.Datasets.ContainsKey(id))
        {
            throw ApiException.Duplicate($"Dataset {call.Project}:{id}");
        }

        var location = call.Body["location"]?.GetValue<string>() ?? world.Options.Location;
        var resource = Sent(call.Body);
        resource["access"] ??= Default(call.Caller);
        CheckAccess(resource);
        var dataset = new DatasetState(call.Project, id, location, resource, world.Now);
        world.Datasets[id] = dataset;
        return Task.FromResult<JsonObject?>(dataset.ToRest());
    }

    private Task<JsonObject?> List(Call call)
    {
        world.CheckProject(call.Project);
        var seen = world.Datasets.Values.Where(dataset => access.MayReadMetadata(call.Caller, dataset)).ToList();
        var (page, next) = Pages.Of(seen, call);
        var answer = new JsonObject
        {
            ["kind"] = "bigquery#datasetList",
            ["etag"] = "list",
            ["datasets"] = page.Select(dataset => new JsonObject
                {
                    ["kind"] = "bigquery#dataset",
                    ["id"] = $"{dataset.Project}:{dataset.Id}",
                    ["datasetReference"] = dataset.Reference(),
                    ["labels"] = dataset.Resource["labels"]?.DeepClone() ?? new JsonObject(),
                    ["location"] = dataset.Location,
                })
                .ToJsonArray(),
        };
        if (next is not null)
        {
            answer["nextPageToken"] = next;
        }

        return Task.FromResult<JsonObject?>(answer);
    }

    private Task<JsonObject?> Get(Call call)
    {
        var dataset = world.Dataset(call.Project, call.Path["dataset"]);
        if (!access.MayReadMetadata(call.Caller, dataset))
        {
            throw ApiException.AccessDenied(
                $"Dataset {dataset.Project}:{dataset.Id}: Permission bigquery.datasets.get denied"
            );
        }

        return Task.FromResult<JsonObject?>(dataset.ToRest());
    }

    private Task<JsonObject?> Patch(Call call)
    {
        var dataset = Changed(call);
        var next = dataset.Resource.DeepClone().AsObject();
        MergePatch.Apply(next, Sent(call.Body));
        return Replace(dataset, next);
    }

    private Task<JsonObject?> Update(Call call) => Replace(Changed(call), Sent(call.Body));

    private Task<JsonObject?> Delete(Call call)
    {
        var dataset = Changed(call);
        if (dataset.Tables.Count > 0 && !call.Flag("deleteContents"))
        {
            throw new ApiException(400, "resourceInUse", $"Dataset {dataset.Project}:{dataset.Id} is still in use");
        }

        world.Datasets.Remove(dataset.Id);
        return Task.FromResult<JsonObject?>(null);
    }

    private DatasetState Changed(Call call)
    {
        var dataset = world.Dataset(call.Project, call.Path["dataset"]);
        access.RequireOwner(call.Caller);
        call.Match(dataset.Etag);
        if (call.Body["location"]?.GetValue<string>() is { } location && location != dataset.Location)
        {
            throw ApiException.Invalid("Dataset location cannot be changed.");
        }

        return dataset;
    }

    private Task<JsonObject?> Replace(DatasetState dataset, JsonObject next)
    {
        CheckAccess(next);
        dataset.Resource.Clear();
        foreach (var (name, value) in next)
        {
            dataset.Resource[name] = value?.DeepClone();
        }

        dataset.Touch(world.Now);
        return Task.FromResult<JsonObject?>(dataset.ToRest());
    }

    // An authorized view must be there: what names one that is not is refused, so that a wrong order of steps is found.
    private void CheckAccess(JsonObject resource)
    {
        var entries = (resource["access"] as JsonArray ?? []).Select(entry => entry!.AsObject()).ToList();
        foreach (var entry in entries)
        {
            if (entry.Count(field => field.Key is not ("role" or "condition")) is not 1)
            {
                throw ApiException.Invalid("Each access entry names one grantee.");
            }

            var isResource = entry.ContainsKey("view") || entry.ContainsKey("dataset") || entry.ContainsKey("routine");
            if (isResource == entry.ContainsKey("role"))
            {
                throw ApiException.Invalid(
                    "An access entry has a role, unless it authorizes a view, a dataset or a routine."
                );
            }

            if (entry.ContainsKey("condition") || entry.ContainsKey("routine"))
            {
                throw ApiException.NotModelled("conditions and routines of an access list");
            }

            if (entry["view"] is JsonObject view)
            {
                var found = world.Table(Text(view, "projectId"), Text(view, "datasetId"), Text(view, "tableId"));
                if (found.ViewQuery is null)
                {
                    throw ApiException.Invalid($"{found.LegacyName} is not a view.");
                }
            }

            if (entry["dataset"]?["dataset"] is JsonObject shared)
            {
                _ = world.Dataset(Text(shared, "projectId"), Text(shared, "datasetId"));
            }
        }

        if (entries.Count(entry => entry.ContainsKey("view") || entry.ContainsKey("dataset")) > MostAuthorized)
        {
            throw ApiException.Invalid($"A dataset authorizes at most {MostAuthorized} resources.");
        }
    }

    private static string Text(JsonObject reference, string name) =>
        reference[name]?.GetValue<string>() ?? throw ApiException.Invalid($"Required parameter is missing: {name}");

    private static JsonObject Sent(JsonObject body)
    {
        var resource = body.DeepClone().AsObject();
        foreach (var name in Decided)
        {
            resource.Remove(name);
        }

        return resource;
    }

    private static JsonArray Default(string creator) =>
        [
            new JsonObject { ["role"] = "WRITER", ["specialGroup"] = "projectWriters" },
            new JsonObject { ["role"] = "OWNER", ["specialGroup"] = "projectOwners" },
            new JsonObject { ["role"] = "READER", ["specialGroup"] = "projectReaders" },
            new JsonObject
            {
                ["role"] = "OWNER",
                ["userByEmail"] = creator[(creator.IndexOf(':', StringComparison.Ordinal) + 1)..],
            },
        ];
}

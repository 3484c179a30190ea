using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Sql;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Jobs;

/// <summary>https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs</summary>
internal sealed class JobMethods(WorldState world, StatementReader reader, JobRunner runner)
{
    private const string Path = "/bigquery/v2/projects/{project}/jobs";
    private const string Queries = "/bigquery/v2/projects/{project}/queries";

    // jobs.query: "idempotent ... within 15 minutes". https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query#QueryRequest.FIELDS.request_id
    private static readonly TimeSpan RequestsRemembered = TimeSpan.FromMinutes(15);

    private static readonly string[] Modelled =
    [
        "query",
        "useLegacySql",
        "parameterMode",
        "queryParameters",
        "defaultDataset",
        "maximumBytesBilled",
        "priority",
        "useQueryCache",
    ];

    private static readonly string[] ModelledOfRequest =
    [
        .. Modelled,
        "kind",
        "maxResults",
        "timeoutMs",
        "dryRun",
        "formatOptions",
        "jobCreationMode",
        "labels",
        "location",
        "requestId",
    ];

    private readonly Dictionary<string, (JobState Job, DateTimeOffset At)> _requests = new(StringComparer.Ordinal);
    private int _ids;

    /// <summary>The fault of the request under way, where it is one of a job.</summary>
    public Fault? JobFault { get; set; }

    public IEnumerable<Route> Routes =>
        [
            new("POST", Path, "bigquery.jobs.insert", Insert) { Request = "IJob", Response = "IJob" },
            new("GET", Path, "bigquery.jobs.list", List) { Parameters = "jobs.IListParams", Response = "IJobList" },
            new("GET", $"{Path}/{{job}}", "bigquery.jobs.get", Get)
            {
                Parameters = "jobs.IGetParams",
                Response = "IJob",
            },
            new("POST", $"{Path}/{{job}}/cancel", "bigquery.jobs.cancel", Cancel)
            {
                Parameters = "jobs.ICancelParams",
                Response = "IJobCancelResponse",
            },
            new("POST", Queries, "bigquery.jobs.query", Query)
            {
                Request = "IQueryRequest",
                Response = "IQueryResponse",
            },
            new("GET", $"{Queries}/{{job}}", "bigquery.jobs.getQueryResults", Results)
            {
                Parameters = "jobs.IGetQueryResultsParams",
                Response = "IGetQueryResultsResponse",
            },
        ];

    private async Task<JsonObject?> Insert(Call call)
    {
        var configuration =
            call.Body["configuration"]?.AsObject()
            ?? throw ApiException.Invalid("Required parameter is missing: configuration");
        Only(configuration, ["query", "dryRun", "labels", "jobType"], "jobs with");
        var query =
            configuration["query"]?.AsObject()
            ?? throw ApiException.Invalid(
                "Job configuration must contain exactly one job-specific configuration object"
            );
        Only(query, Modelled, "query jobs with");
        var reference = call.Body["jobReference"] as JsonObject;
        if (reference?["projectId"]?.GetValue<string>() is { } project && project != call.Project)
        {
            throw ApiException.Invalid("Value for project in the job reference is another one than in the path.");
        }

        var job = await SubmitAsync(
            call,
            configuration.DeepClone().AsObject(),
            reference?["jobId"]?.GetValue<string>(),
            reference?["location"]?.GetValue<string>()
        );
        return job.ToRest();
    }

    private Task<JsonObject?> List(Call call)
    {
        world.CheckProject(call.Project);
        var wanted = runner
            .Jobs.Reverse()
            .Where(job =>
                call.Text("stateFilter") is not { } state
                || string.Equals(job.State, state, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        var (page, next) = Pages.Of(wanted, call);
        var answer = new JsonObject
        {
            ["kind"] = "bigquery#jobList",
            ["etag"] = "list",
            ["jobs"] = page.Select(job =>
                {
                    var full = job.ToRest();
                    return new JsonObject
                    {
                        ["kind"] = "bigquery#job",
                        ["id"] = full["id"]!.DeepClone(),
                        ["jobReference"] = job.Reference(),
                        ["state"] = job.State,
                        ["status"] = full["status"]!.DeepClone(),
                        ["configuration"] = full["configuration"]!.DeepClone(),
                        ["statistics"] = full["statistics"]!.DeepClone(),
                    };
                })
                .ToJsonArray(),
        };
        if (next is not null)
        {
            answer["nextPageToken"] = next;
        }

        return Task.FromResult<JsonObject?>(answer);
    }

    private Task<JsonObject?> Get(Call call) => Task.FromResult<JsonObject?>(Find(call).ToRest());

    private Task<JsonObject?> Cancel(Call call)
    {
        var job = Find(call);
        JobRunner.Cancel(job, world.Now);
        return Task.FromResult<JsonObject?>(
            new JsonObject { ["kind"] = "bigquery#jobCancelResponse", ["job"] = job.ToRest() }
        );
    }

    private async Task<JsonObject?> Query(Call call)
    {
        Only(call.Body, ModelledOfRequest, "jobs.query with");
        var requestId = call.Body["requestId"]?.GetValue<string>();
        JobState job;
        if (
            requestId is not null
            && _requests.TryGetValue(requestId, out var known)
            && world.Now - known.At < RequestsRemembered
        )
        {
            job = known.Job;
        }
        else
        {
            job = await SubmitAsync(call, Configuration(call.Body), null, call.Body["location"]?.GetValue<string>());
            if (requestId is not null)
            {
                _requests[requestId] = (job, world.Now);
            }
        }

        await runner.SettleAsync();
        var answer = Answer(
            job,
            "bigquery#queryResponse",
            0,
            call.Body["maxResults"]?.GetValue<int>(),
            TableDataMethods.Format(
                call.Body["formatOptions"]?["useInt64Timestamp"]?.ToJsonString(),
                call.Body["formatOptions"]?["timestampOutputFormat"]?.GetValue<string>()
            )
        );
        answer["location"] = job.Location;
        if (job.DmlStats() is { } stats)
        {
            answer["dmlStats"] = stats;
        }

        return answer;
    }

    private Task<JsonObject?> Results(Call call)
    {
        var job = Find(call);
        var answer = Answer(
            job,
            "bigquery#getQueryResultsResponse",
            Pages.Start(call.Text("pageToken"), call.Text("startIndex")),
            call.Number("maxResults"),
            TableDataMethods.Format(
                call.Text("formatOptions.useInt64Timestamp"),
                call.Text("formatOptions.timestampOutputFormat")
            )
        );
        answer["etag"] = $"job-{job.Id}-{job.State}";
        return Task.FromResult<JsonObject?>(answer);
    }

    private async Task<JobState> SubmitAsync(Call call, JsonObject configuration, string? id, string? location)
    {
        world.CheckProject(call.Project);
        var query = configuration["query"]!.AsObject();
        var isDryRun = configuration["dryRun"]?.GetValue<bool>() is true;
        id ??= string.Create(CultureInfo.InvariantCulture, $"job_standin_{++_ids}");
        if (id.Length > 1024 || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
        {
            throw ApiException.Invalid($"Invalid job ID \"{id}\".");
        }

        location ??= world.Options.Location;
        if (runner.Jobs.Any(job => job.Id == id && job.Location == location))
        {
            throw ApiException.Duplicate($"Job {call.Project}:{location}.{id}");
        }

        // The trap of the API: useLegacySql is true unless the request says otherwise.
        if (query["useLegacySql"]?.GetValue<bool>() is not false)
        {
            throw ApiException.NotModelled("legacy SQL: useLegacySql is true by default, set it to false");
        }

        configuration["jobType"] = "QUERY";
        var made = new JobState(call.Project, id, location, configuration, call.Caller, world.Now);
        try
        {
            var text = new StatementText(
                query["query"]?.GetValue<string>()
                    ?? throw ApiException.Invalid("Required parameter is missing: query"),
                ParameterReader.ReadAll(query["queryParameters"], query["parameterMode"]?.GetValue<string>()),
                query["defaultDataset"]?["datasetId"]?.GetValue<string>(),
                call.Caller,
                Strict: world.IsStrict(configuration)
            );
            made.Statement = await reader.ReadAsync(text);
            // Which statements are modelled is known now, not when they run.
            _ = made.Statement.Type;
            CheckCost(made.Statement, query["maximumBytesBilled"]);
        }
        catch (ApiException exception) when (!isDryRun && exception.Reason is not "notImplemented")
        {
            (made.Error, made.Ended) = (exception, world.Now);
        }

        if (isDryRun)
        {
            made.Ended = world.Now;
            return made;
        }

        if (JobFault?.JobError is var (reason, message))
        {
            (made.Error, made.Ended) = (new ApiException(ApiException.StatusOf(reason), reason, message), world.Now);
        }

        runner.Add(made);
        return made;
    }

    private JsonObject Answer(JobState job, string kind, int start, int? count, TimestampFormat format)
    {
        if (job.Error is { } error)
        {
            throw new ApiException(ApiException.StatusOf(error.Reason), error.Reason, error.Message, error.Location);
        }

        var answer = new JsonObject
        {
            ["kind"] = kind,
            ["jobReference"] = job.Reference(),
            ["jobComplete"] = job.IsDone,
            ["cacheHit"] = false,
        };
        if (!job.IsDone)
        {
            return answer;
        }

        answer["totalBytesProcessed"] = job.Statement!.Bytes.ToString(CultureInfo.InvariantCulture);
        if (job.Counts is { } counts)
        {
            answer["numDmlAffectedRows"] = counts.All.ToString(CultureInfo.InvariantCulture);
        }

        if (job.Statement.Type is "SELECT")
        {
            answer["schema"] = ColumnSchema.SchemaOf(job.Statement.Analysis.Columns);
        }

        if (job.Rows is not { } rows)
        {
            // A dry run, a change or a definition has no rows.
            answer["totalRows"] = "0";
            return answer;
        }

        var (page, next) = Pages.Of(
            rows.Rows,
            start,
            Math.Min(count ?? world.Options.PageLimit, world.Options.PageLimit)
        );
        answer["totalRows"] = rows.Rows.Count.ToString(CultureInfo.InvariantCulture);
        answer["rows"] = page.Select(row => Cell.RowToRest(row, rows.Columns, format)).ToJsonArray();
        if (next is not null)
        {
            answer["pageToken"] = next;
        }

        return answer;
    }

    // A job outside of US and EU is found only where its location is said.
    // https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/get
    private JobState Find(Call call)
    {
        world.CheckProject(call.Project);
        var id = call.Path["job"];
        var location = call.Text("location");
        return runner.Jobs.FirstOrDefault(job =>
                job.Id == id && (location is null ? job.Location is "US" or "EU" : job.Location == location)
            ) ?? throw ApiException.NotFound($"Job {call.Project}:{id}");
    }

    private static void CheckCost(Statement statement, JsonNode? maximum)
    {
        if (
            maximum is not null
            && long.Parse(maximum.ToString(), CultureInfo.InvariantCulture) is > 0 and var most
            && statement.BytesBilled > most
        )
        {
            throw new ApiException(
                400,
                "bytesBilledLimitExceeded",
                $"Query exceeded limit for bytes billed: {most}. {statement.BytesBilled} or higher required."
            );
        }
    }

    private static JsonObject Configuration(JsonObject request)
    {
        var query = new JsonObject();
        foreach (var name in Modelled.Where(request.ContainsKey))
        {
            query[name] = request[name]!.DeepClone();
        }

        var configuration = new JsonObject { ["query"] = query };
        foreach (var name in ((string[])["dryRun", "labels"]).Where(request.ContainsKey))
        {
            configuration[name] = request[name]!.DeepClone();
        }

        return configuration;
    }

    private static void Only(JsonObject sent, string[] known, string what)
    {
        var other = sent.FirstOrDefault(field => field.Value is not null && !known.Contains(field.Key));
        if (other.Key is not null)
        {
            throw ApiException.NotModelled($"{what} {other.Key}");
        }
    }
}

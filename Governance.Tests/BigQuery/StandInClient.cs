using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery;

namespace Governance.Tests.BigQuery;

/// <summary>Asks the stand-in over HTTP, with no client library between, so that a test says each byte it sends.</summary>
internal sealed class StandInClient(BigQueryStandIn standIn) : IDisposable
{
    public const string Energy = "bigquery/v2/projects/test-project/datasets/energy";
    private readonly HttpClient _client = new() { BaseAddress = standIn.Address };

    public async Task<(int Status, JsonObject Body)> SendAsync(
        HttpMethod method,
        string path,
        string? json = null,
        string? member = null,
        string? ifMatch = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            standIn.Members.TokenFor(member ?? standIn.Options.Owner)
        );
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (json is not null)
        {
            request.Content = JsonContent.Create(JsonNode.Parse(json));
        }

        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length is 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    public async Task<JsonObject> MustAsync(HttpMethod method, string path, string? json = null, string? member = null)
    {
        var (status, body) = await SendAsync(method, path, json, member);
        status.Should().BeOneOf([200, 204], "it said {0}", body.ToJsonString());
        return body;
    }

    /// <summary>Makes datasets, empty ones.</summary>
    public async Task CreateDatasetsAsync(params IEnumerable<string> datasets)
    {
        foreach (var dataset in datasets)
        {
            await MustAsync(
                HttpMethod.Post,
                $"bigquery/v2/projects/{standIn.Options.Project}/datasets",
                $$"""{"datasetReference":{"projectId":"{{standIn.Options.Project}}","datasetId":"{{dataset}}"},"location":"{{standIn.Options.Location}}"}"""
            );
        }
    }

    /// <summary>Rows of a query whose one column is JSON; <see langword="null"/> where the member may not ask.</summary>
    public async Task<IReadOnlyList<JsonObject>?> ReadJsonAsync(string sql, string? member = null)
    {
        var (status, answer) = await SendAsync(
            HttpMethod.Post,
            $"bigquery/v2/projects/{standIn.Options.Project}/queries",
            Request(sql),
            member
        );
        return status != 200
            ? null
            :
            [
                .. (answer["rows"] as JsonArray ?? []).Select(row =>
                    JsonNode.Parse(row!["f"]![0]!["v"]!.GetValue<string>())!.AsObject()
                ),
            ];
    }

    /// <summary>The dataset <c>energy</c> with the table <c>customers</c> and three rows, none of them streamed.</summary>
    public async Task CreateCustomersAsync()
    {
        await MustAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/datasets",
            """{"datasetReference":{"projectId":"test-project","datasetId":"energy"}}"""
        );
        await MustAsync(
            HttpMethod.Post,
            $"{Energy}/tables",
            """
            {"tableReference":{"projectId":"test-project","datasetId":"energy","tableId":"customers"},
             "schema":{"fields":[{"name":"id","type":"INT64","mode":"REQUIRED"},{"name":"name","type":"STRING"},{"name":"region","type":"STRING"}]}}
            """
        );
        await QueryAsync(
            "INSERT INTO energy.customers (id, name, region) VALUES (1, 'a', 'north'), (2, 'b', 'south'), (3, NULL, 'north')"
        );
    }

    /// <summary>Runs a statement; gives the first column of its rows.</summary>
    public async Task<IReadOnlyList<string?>> QueryAsync(string sql, string? member = null)
    {
        var answer = await MustAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/queries",
            Request(sql),
            member
        );
        answer["jobComplete"]!.GetValue<bool>().Should().BeTrue();
        return [.. (answer["rows"] as JsonArray ?? []).Select(row => row!["f"]![0]!["v"]?.GetValue<string>())];
    }

    /// <summary>Runs a statement that is refused; gives the reason and the message.</summary>
    public async Task<(string Reason, string Message)> RefusedAsync(string sql, string? member = null)
    {
        var (_, answer) = await SendAsync(
            HttpMethod.Post,
            "bigquery/v2/projects/test-project/queries",
            Request(sql),
            member
        );
        var error = answer["error"]!["errors"]![0]!;
        return (error["reason"]!.GetValue<string>(), error["message"]!.GetValue<string>());
    }

    public static string Job(string sql, string id) =>
        new JsonObject
        {
            ["jobReference"] = new JsonObject { ["projectId"] = "test-project", ["jobId"] = id },
            ["configuration"] = new JsonObject { ["query"] = JsonNode.Parse(Request(sql)) },
        }.ToJsonString();

    public void Dispose() => _client.Dispose();

    private static string Request(string sql) =>
        new JsonObject { ["query"] = sql, ["useLegacySql"] = false }.ToJsonString();
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Api.Features.Access.Issuing;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Features.Access;

/// <summary>The service with rows in some tables of the demo contracts, and people who ask for them.</summary>
public sealed class AccessWorld : IAsyncLifetime
{
    private readonly Dictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);
    private readonly string[] _settings;
    private readonly Action<WebApplicationBuilder>? _adjust;
    private readonly string? _directory;

    public AccessWorld()
        : this([], null, null) { }

    private AccessWorld(string[] settings, Action<WebApplicationBuilder>? adjust, string? directory)
    {
        _settings = settings;
        _adjust = adjust;
        _directory = directory;
    }

    internal SandboxHost Host { get; private set; } = null!;

    internal IWarehouse Warehouse => Host.Services.GetRequiredService<IWarehouse>();

    internal GrantWorker Worker => Host.Services.GetRequiredService<GrantWorker>();

    /// <summary>Starts one; dispose of it.</summary>
    internal static async Task<AccessWorld> StartAsync(
        string[]? settings = null,
        Action<WebApplicationBuilder>? adjust = null,
        string? directory = null,
        bool withRows = true
    )
    {
        var world = new AccessWorld(settings ?? [], adjust, directory);
        world.Host = await SandboxHost.StartAsync(world._settings, adjust, dataDirectory: directory);
        if (withRows)
        {
            await world.FillAsync();
        }

        return world;
    }

    public async ValueTask InitializeAsync()
    {
        Host = await SandboxHost.StartAsync(_settings, _adjust, dataDirectory: _directory);
        await FillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        await Host.DisposeAsync();
    }

    /// <summary>Lands rows: six addresses (three of England, one of Wales, two of Scotland), twelve customers, ten readings.</summary>
    internal async Task FillAsync()
    {
        string[] countries = ["ENGLAND", "ENGLAND", "ENGLAND", "WALES", "SCOTLAND", "SCOTLAND"];
        await LandAsync(
            "addresses",
            Schema(
                Field("address_id", ScalarKind.Uuid),
                Field("lines", new ListType(ScalarType.Text, ItemNullable: true)),
                Field("city", ScalarType.Text),
                Field("postcode", ScalarType.Text),
                Field("uprn", ScalarType.Text),
                Field("geo", new StructType([Field("lat", ScalarKind.Double), Field("lon", ScalarKind.Double)])),
                Field("country", ScalarType.Text)
            ),
            countries.Select(country => new JsonObject { ["city"] = "a token", ["country"] = country })
        );
        await LandAsync(
            "customers",
            Schema(
                Field("customer_id", ScalarKind.Uuid),
                Field("segment", ScalarType.Text),
                Field("created_at", ScalarKind.Timestamp)
            ),
            Enumerable
                .Range(0, 12)
                .Select(at => new JsonObject
                {
                    ["customer_id"] = Id(at),
                    ["segment"] = at < 11 ? "home" : "business",
                    ["created_at"] = $"2026-0{(at % 3) + 1}-15T10:00:00Z",
                })
        );
        await LandAsync(
            "meter_readings",
            Schema(
                Field("mpan", ScalarKind.Uuid),
                Field("read_at", ScalarKind.Timestamp),
                Field("kwh", new ScalarType(ScalarKind.Decimal, 10, 3)),
                Field("registers", new ListType(ScalarType.Text, ItemNullable: true)),
                Field("quality", ScalarType.Text)
            ),
            Enumerable
                .Range(0, 10)
                .Select(at => new JsonObject
                {
                    ["mpan"] = Id(at % 4),
                    ["read_at"] = $"2026-01-01T0{at}:30:00Z",
                    ["kwh"] = at.ToString(CultureInfo.InvariantCulture) + ".5",
                    ["quality"] = "ACTUAL",
                })
        );
    }

    /// <summary>Lands rows of a dataset of the contracts in force.</summary>
    internal async Task LandAsync(string name, MaskedSchema schema, IEnumerable<JsonObject> rows)
    {
        var dataset = Dataset(name);
        Governance.Masking.Kafka.MaskedRow[] masked = [.. rows.Select((row, at) => Row(at, Whole(schema, row)))];
        await Warehouse.AppendAsync(Batch(dataset, schema, masked.Length, masked), Cancelled);
    }

    /// <summary>A dataset of the contracts in force.</summary>
    internal Dataset Dataset(string name) =>
        Host.Services.GetRequiredService<IContractCatalogSource>().Current.FindDataset(name)!;

    /// <summary>Calls as a sample person.</summary>
    internal async Task<HttpResponseMessage> SendAsync(
        string person,
        HttpMethod method,
        string path,
        object? body = null
    )
    {
        if (!_clients.TryGetValue(person, out var client))
        {
            _clients[person] = client = await Host.ClientFor(person);
        }

        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        return await client.SendAsync(request, Cancelled);
    }

    /// <summary>Calls, and expects a good answer.</summary>
    internal async Task<JsonElement> CallAsync(
        string person,
        HttpMethod method,
        string path,
        object? body = null,
        HttpStatusCode? status = null
    )
    {
        using var response = await SendAsync(person, method, path, body);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        response
            .IsSuccessStatusCode.Should()
            .BeTrue("{0} {1} answered {2}: {3}", method, path, response.StatusCode, text);
        if (status is { } expected)
        {
            response.StatusCode.Should().Be(expected, text);
        }

        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    internal Task<JsonElement> GetAsync(string person, string path) => CallAsync(person, HttpMethod.Get, path);

    internal Task<JsonElement> PostAsync(
        string person,
        string path,
        object? body = null,
        HttpStatusCode? status = null
    ) => CallAsync(person, HttpMethod.Post, path, body, status);

    /// <summary>Asks as the analyst for what is granted at once.</summary>
    /// <returns>The grant's id.</returns>
    internal async Task<string> GrantAsync(
        string dataset = "meter_readings",
        string purpose = "settlement",
        string duration = "PT1H",
        string[]? columns = null
    )
    {
        var answer = await PostAsync(
            "analyst",
            "access-requests",
            new
            {
                dataset,
                purpose,
                duration,
                columns,
            },
            HttpStatusCode.Created
        );
        return answer.GetProperty("grantId").GetString()!;
    }

    /// <summary>A grant, as the analyst reads it.</summary>
    internal Task<JsonElement> GrantOfAsync(string id) => GetAsync("analyst", $"grants/{id}");

    /// <summary>A grant's state.</summary>
    internal async Task<string> StateAsync(string id) => (await GrantOfAsync(id)).GetProperty("state").GetString()!;

    /// <summary>The view's own name, without its schema.</summary>
    internal async Task<string> ViewAsync(string id) =>
        (await GrantOfAsync(id)).GetProperty("view").GetString()!.Split('.')[^1];

    /// <summary>Queries as the analyst.</summary>
    internal Task<JsonElement> QueryAsync(string sql) => PostAsync("analyst", "query", new { sql });

    /// <summary>Queries once, so that the next one is quick.</summary>
    internal async Task QueryableAsync()
    {
        var id = await GrantAsync();
        await QueryAsync("SELECT kwh FROM meter_readings");
        await CallAsync("analyst", HttpMethod.Delete, $"grants/{id}");
    }

    /// <summary>Queries as the analyst, and expects to be refused.</summary>
    internal async Task ShouldBeRefusedAsync(string sql, HttpStatusCode status, string code)
    {
        using var response = await SendAsync("analyst", HttpMethod.Post, "query", new { sql });
        await response.ShouldBeProblemAsync(status, code);
    }

    /// <summary>The ledger's newest entries about a target.</summary>
    internal async Task<JsonElement[]> LedgerAsync(string target) =>
        [
            .. (await GetAsync("auditor", "ledger?limit=500"))
                .GetProperty("entries")
                .EnumerateArray()
                .Where(entry => entry.GetProperty("target").GetString() == target),
        ];

    private static JsonObject Whole(MaskedSchema schema, JsonObject row)
    {
        foreach (var column in schema.Columns.Where(column => !row.ContainsKey(column.Name)))
        {
            row[column.Name] = null;
        }

        return row;
    }

    private static string Id(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"00000000-0000-0000-0000-{number:D12}");
}

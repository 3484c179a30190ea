using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Api;
using Governance.Api.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Tests.Support;

/// <summary>
/// The real service in this process, as a developer starts it: on a free port, with its own data directory. Use it as a class
/// fixture, or start one with <see cref="StartAsync"/> where a test needs settings of its own.
/// </summary>
public sealed class SandboxHost : IAsyncLifetime
{
    private readonly string[] _settings;
    private readonly Action<WebApplicationBuilder>? _adjust;
    private readonly Action<IEndpointRouteBuilder>? _map;
    private readonly bool _keepsDirectory;
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new(StringComparer.Ordinal);
    private readonly StringWriter _output = new();
    private readonly RecordingLogs _logs = new();
    private readonly Lazy<TemporaryFolder> _policies = new(AddedEndpoints.CopyPolicies);
    private WebApplication? _app;

    public SandboxHost()
        : this([], null, null, null) { }

    private SandboxHost(
        string[] settings,
        Action<WebApplicationBuilder>? adjust,
        Action<IEndpointRouteBuilder>? map,
        string? dataDirectory
    )
    {
        _settings = settings;
        _adjust = adjust;
        _map = map;
        _keepsDirectory = dataDirectory is not null;
        DataDirectory = dataDirectory ?? Directory.CreateTempSubdirectory("governance-").FullName;
    }

    /// <summary>The data directory; removed at the end, unless it was given.</summary>
    public string DataDirectory { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address => Services.GetRequiredService<ServiceAddress>().Base;

    /// <summary>A client that is not signed in.</summary>
    public HttpClient Client { get; } = new();

    /// <summary>The service's own parts.</summary>
    public IServiceProvider Services =>
        _app?.Services ?? throw new InvalidOperationException("The host is not started.");

    /// <summary>What it said to its operator.</summary>
    public string Output => _output.ToString();

    /// <summary>Every log entry, as its provider would write it, with messages of exceptions.</summary>
    public IReadOnlyCollection<string> Logs => _logs.Entries;

    /// <summary>Starts one; dispose of it.</summary>
    /// <param name="settings">As on the command line: <c>--Section:Name=value</c>.</param>
    /// <param name="adjust">Replaces parts.</param>
    /// <param name="map">Adds endpoints.</param>
    /// <param name="dataDirectory">An existing data directory, kept at the end; else a new one.</param>
    public static async Task<SandboxHost> StartAsync(
        string[]? settings = null,
        Action<WebApplicationBuilder>? adjust = null,
        Action<IEndpointRouteBuilder>? map = null,
        string? dataDirectory = null
    )
    {
        var host = new SandboxHost(settings ?? [], adjust, map, dataDirectory);
        await host.InitializeAsync();
        return host;
    }

    public async ValueTask InitializeAsync()
    {
        string[] settings =
        [
            "--environment=Development",
            "--urls=http://127.0.0.1:0",
            $"--Governance:DataDirectory={DataDirectory}",
            "--Governance:Sandbox:Generator:Enabled=false",
            // Rows of tests are as old as they like to be.
            "--Governance:Retention:Enabled=false",
            .. _map is null ? Array.Empty<string>() : [$"--Governance:Policies:Folder={_policies.Value.Path}"],
            .. _settings,
        ];
        _app = Program.Build(
            settings,
            builder =>
            {
                builder.Services.AddSingleton(new Terminal(_output, _output));
                builder.Logging.ClearProviders().AddProvider(_logs);
                _adjust?.Invoke(builder);
            },
            _map
        );
        if (_map is not null)
        {
            AddedEndpoints.Write(_app, _policies.Value.File("added.json"));
        }

        ServiceRunner.Prepare(_app.Services);
        await _app.StartAsync();
        Client.BaseAddress = Address;
    }

    /// <summary>A token of a sample person, such as <c>dpo</c>.</summary>
    public Task<string> TokenForAsync(string person) => _tokens.GetOrAdd(person, name => FetchTokenAsync(name));

    /// <summary>A new token of a sample person.</summary>
    public async Task<string> FetchTokenAsync(string person, int? lifetime = null)
    {
        object request = lifetime is { } seconds ? new { person, expires_in = seconds } : new { person };
        using var response = await Client.PostAsJsonAsync("sandbox/token", request);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.GetProperty("access_token").GetString()!;
    }

    /// <summary>A client that is signed in as a sample person.</summary>
    public async Task<HttpClient> ClientFor(string person) => ClientWith(await TokenForAsync(person));

    /// <summary>A client that sends this token.</summary>
    public HttpClient ClientWith(string token) =>
        new()
        {
            BaseAddress = Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        if (_policies.IsValueCreated)
        {
            _policies.Value.Dispose();
        }

        await _output.DisposeAsync();
        if (!_keepsDirectory)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}

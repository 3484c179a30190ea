using Governance.Api.Sandbox.Registry;
using Governance.Api.Storage;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Tests.Sandbox.Registry;

/// <summary>The registry alone, on a port of its own.</summary>
public sealed class RegistryHost : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = new();

    /// <summary>Its address, with its path.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddStateStorage(_ => _folder.Path).AddSingleton<SchemaStore>();
        builder.Services.AddAuthorization();
        _app = builder.Build();
        await _app.Services.GetRequiredService<IStateDatabase>().PrepareAsync(default);
        _app.MapSchemaRegistry();
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First() + "/registry/");
        Client.BaseAddress = Address;
    }

    /// <summary>Stops it and starts it again on the same files.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        Client = new HttpClient();
        await InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private async Task StopAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }
}

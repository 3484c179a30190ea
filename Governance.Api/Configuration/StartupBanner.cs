using Governance.Api.Identity;

namespace Governance.Api.Configuration;

/// <summary>Says in a few lines what runs where, and what to do next.</summary>
internal sealed class StartupBanner(
    IServiceProvider services,
    ServiceAddress address,
    ServiceRoles roles,
    LoneRoles lone,
    IHostEnvironment environment,
    Terminal terminal
) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var notes = services.GetServices<IStartupNote>().ToArray();
        var width = notes.Select(note => note.Part.Length).Append("service".Length).Max();
        await terminal.Out.WriteLineAsync($"Governance runs ({environment.EnvironmentName}).");
        await WriteAsync("service", address.Base.ToString());
        await WriteAsync("roles", roles.ToString());
        foreach (var note in notes)
        {
            await WriteAsync(note.Part, note.Where);
        }

        if (lone.Warning is { } warning)
        {
            await terminal.Out.WriteLineAsync(warning);
        }

        if (roles.Has(ServiceRole.Api) && services.GetService<SandboxIssuer>() is not null)
        {
            await terminal.Out.WriteLineAsync("Next, get a token:");
            await terminal.Out.WriteLineAsync(
                $$"""  curl -s {{address.Base}}sandbox/token -H 'content-type: application/json' -d '{"person":"dpo"}'"""
            );
        }

        await terminal.Out.FlushAsync(cancellationToken);

        Task WriteAsync(string part, string where) => terminal.Out.WriteLineAsync($"  {part.PadRight(width)}  {where}");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

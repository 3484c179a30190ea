using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>Runs the service; what hinders its start is said in a few clear words.</summary>
internal static class ServiceRunner
{
    /// <summary>Builds, prepares and runs the service until it is stopped.</summary>
    /// <returns>The exit status: 0 after an orderly stop, 1 where it did not start.</returns>
    public static async Task<int> RunAsync(Func<WebApplication> build, Terminal terminal)
    {
        try
        {
            await using var app = build();
            Prepare(app.Services);
            await app.RunAsync();
            return 0;
        }
        catch (Exception exception)
        {
            await terminal.Error.WriteLineAsync(StartupFailure.Describe(exception));
            return 1;
        }
    }

    /// <summary>Checks all settings, then the sandbox parts, then takes the data directory: before any part opens a file.</summary>
    public static void Prepare(IServiceProvider services)
    {
        services.GetService<IStartupValidator>()?.Validate();
        services.GetRequiredService<SandboxGuard>().Check();
        services.GetRequiredService<DataDirectory>();
    }
}

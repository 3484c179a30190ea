using Governance.Masking;
using Governance.Masking.Keys;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>Runs the service; what hinders its start is said in a few clear words.</summary>
internal static class ServiceRunner
{
    /// <summary>Builds, prepares and runs the service until it is stopped.</summary>
    /// <returns>The exit status: 0 after an orderly stop, 1 where it did not start or a part failed.</returns>
    public static async Task<int> RunAsync(Func<WebApplication> build, Terminal terminal)
    {
        try
        {
            await using var app = build();
            Prepare(app.Services);
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return app.Services.GetServices<IHostedService>().Any(HasFailed) ? 1 : 0;
        }
        catch (OperationCanceledException)
        {
            return 0; // Stopped before it had started.
        }
        catch (Exception exception)
        {
            await terminal.Error.WriteLineAsync(StartupFailure.Describe(exception));
            return 1;
        }
    }

    // The log says how; whoever watches the process sees that it did not end in order.
    private static bool HasFailed(IHostedService service) =>
        service is BackgroundService { ExecuteTask.IsFaulted: true };

    /// <summary>Checks all settings and the sandbox parts, then takes the data directory: before any part opens a file.</summary>
    /// <exception cref="AggregateException">Settings are wrong, or sandbox parts are refused; holds all of it.</exception>
    /// <exception cref="StartupException">The data directory cannot be used.</exception>
    public static void Prepare(IServiceProvider services)
    {
        SecretFile.CloseNewFiles();
        Exception[] hindrances =
        [
            .. new Action[]
            {
                () => services.GetService<IStartupValidator>()?.Validate(),
                () => services.GetRequiredService<SandboxGuard>().Check(),
            }
                .Select(Try)
                .OfType<Exception>(),
        ];
        if (hindrances.Length > 0)
        {
            // One after the other would be one start for each.
            throw new AggregateException(hindrances);
        }

        services.GetRequiredService<DataDirectory>();
    }

    private static Exception? Try(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}

namespace Governance.Api.Configuration;

internal static class StartupStepRegistration
{
    /// <summary>
    /// Runs before anything of the service is started, in the order of registration: what a part must have loaded before the
    /// first event or call.
    /// </summary>
    public static IServiceCollection AddStartupStep<TPart>(
        this IServiceCollection services,
        Func<TPart, CancellationToken, Task> step
    )
        where TPart : notnull =>
        services.AddSingleton<IHostedService>(provider => new StartupStep<TPart>(provider, step));

    private sealed class StartupStep<TPart>(IServiceProvider services, Func<TPart, CancellationToken, Task> step)
        : IHostedLifecycleService
        where TPart : notnull
    {
        public Task StartingAsync(CancellationToken cancellationToken) =>
            step(services.GetRequiredService<TPart>(), cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

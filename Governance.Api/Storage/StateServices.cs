using Governance.Api.Configuration;
using Governance.Api.Features.Health;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage;

/// <summary>Registers the state.</summary>
internal static class StateServices
{
    /// <summary>The state in the data directory, made ready before anything starts.</summary>
    public static void AddGovernanceState(this IHostApplicationBuilder builder)
    {
        builder.Services.AddStateStorage(provider => provider.GetRequiredService<DataDirectory>().Root);
        builder.Services.AddStartupStep<StateDatabase>(
            (state, cancellationToken) => state.PrepareAsync(cancellationToken)
        );
        builder.Services.AddSingleton<IHealthPart, StateHealth>();
        builder.Services.AddSandboxPart(SandboxPart.State);
        builder.Services.AddStartupNote<StateLocation>("state", location => location.Path);
    }

    /// <summary>Adds <see cref="IStateStore"/>, the context factory and <see cref="StateDatabase"/>.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="dataDirectory">Finds the data directory; it exists by then.</param>
    public static IServiceCollection AddStateStorage(
        this IServiceCollection services,
        Func<IServiceProvider, string> dataDirectory
    )
    {
        services.AddSingleton(provider => new StateLocation(StateFile.In(dataDirectory(provider))));
        services.AddDbContextFactory<StateDbContext>(
            (provider, options) =>
                options
                    .UseSqlite(StateFile.ConnectionString(provider.GetRequiredService<StateLocation>().Path))
                    .AddInterceptors(new StateConnectionPragmas())
        );
        services.AddSingleton<IStateStore, StateStore>();
        services.AddSingleton<StateDatabase>();
        return services;
    }
}

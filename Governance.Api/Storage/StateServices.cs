using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage;

/// <summary>Registers the state.</summary>
internal static class StateServices
{
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

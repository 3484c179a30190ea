using Governance.Api.Configuration;
using Governance.Api.Features.Health;
using Governance.Api.Storage.Postgres;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage;

/// <summary>Registers the state.</summary>
internal static class StateServices
{
    private const string Part = SandboxPart.State;

    /// <summary>The state in PostgreSQL where the settings name one, else in the data directory; made ready before anything starts.</summary>
    public static void AddGovernanceState(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFeatureOptions<PostgresOptions>(PostgresOptions.SectionName);
        if (builder.UsesPostgres())
        {
            services.AddPostgresStorage();
            services.AddSingleton<IHealthPart>(provider => new PostgresHealth(
                provider.GetRequiredService<PostgresServer>(),
                Part
            ));
            services.AddStartupNote<PostgresServer>(Part, server => $"{server.Where} (PostgreSQL)");
        }
        else
        {
            services.AddStateStorage(provider => provider.GetRequiredService<DataDirectory>().Root);
            services.AddSingleton<IHealthPart, StateHealth>();
            services.AddSandboxPart(Part);
            services.AddStartupNote<StateLocation>(Part, location => location.Path);
        }

        services.AddStartupStep<IStateDatabase>((state, cancellationToken) => state.PrepareAsync(cancellationToken));
    }

    /// <summary>Whether state and vault stand in PostgreSQL, where other processes may use them too.</summary>
    public static bool UsesPostgres(this IHostApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(
            builder.Configuration[$"{PostgresOptions.SectionName}:{nameof(PostgresOptions.ConnectionString)}"]
        );

    /// <summary>Adds <see cref="IStateStore"/> and what belongs to it, in a file that one process has to itself.</summary>
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
        services.AddSingleton<IStateEngine, SqliteStateEngine>();
        services.AddSingleton<IStateStore, StateStore>();
        services.AddSingleton<IStateDatabase, StateDatabase>();
        services.AddSingleton<IStateScrub, SqliteStateScrub>();
        services.AddSingleton<ISharedLocks, ProcessLocks>();
        services.AddSingleton<IWriteGate, WriteGate>(_ => new WriteGate());
        return services;
    }

    /// <summary>Adds <see cref="IStateStore"/> and what belongs to it, in the server that <see cref="PostgresOptions"/> names.</summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services)
    {
        services.AddSingleton<PostgresServer>();
        services.AddSingleton<IDbContextFactory<StateDbContext>, PostgresContexts>();
        services.AddSingleton<IStateEngine, PostgresStateEngine>();
        services.AddSingleton<IStateStore, StateStore>();
        services.AddSingleton<IStateDatabase, PostgresStateDatabase>();
        services.AddSingleton<IStateScrub, PostgresStateScrub>();
        services.AddSingleton<ISharedLocks, PostgresLocks>();
        services.AddSingleton<IWriteGate>(provider => new WriteGate(
            new PostgresWriteLock(provider.GetRequiredService<PostgresServer>())
        ));
        return services;
    }
}

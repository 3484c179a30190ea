using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>Makes contexts over the server's connections.</summary>
internal sealed class PostgresContexts : IDbContextFactory<StateDbContext>
{
    private const string History = "__EFMigrationsHistory";
    private readonly DbContextOptions<PostgresStateDbContext> _options;

    public PostgresContexts(PostgresServer server, IServiceProvider services) =>
        _options = new DbContextOptionsBuilder<PostgresStateDbContext>()
            .UseNpgsql(server.Source, npgsql => npgsql.MigrationsHistoryTable(History, PostgresServer.StateSchema))
            .UseApplicationServiceProvider(services)
            .Options;

    public StateDbContext CreateDbContext() => new PostgresStateDbContext(_options);

    /// <summary>Over one connection, for whoever holds it.</summary>
    public static StateDbContext Over(NpgsqlConnection connection) =>
        new PostgresStateDbContext(
            new DbContextOptionsBuilder<PostgresStateDbContext>()
                .UseNpgsql(connection)
                .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
                .Options
        );

    /// <summary>For <c>dotnet ef</c>: no connection is opened.</summary>
    public static PostgresStateDbContext ForDesign() =>
        new(
            new DbContextOptionsBuilder<PostgresStateDbContext>()
                .UseNpgsql(
                    "Host=localhost",
                    npgsql => npgsql.MigrationsHistoryTable(History, PostgresServer.StateSchema)
                )
                .Options
        );
}

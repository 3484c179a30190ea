using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage.Postgres;

/// <summary>The state in PostgreSQL.</summary>
internal sealed class PostgresStateDbContext(DbContextOptions<PostgresStateDbContext> options) : StateDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(PostgresServer.StateSchema);
        base.OnModelCreating(modelBuilder);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);

        // In the order of their bytes, as SQLite has them; an operating system's locale changes with its updates, and breaks indexes.
        configurationBuilder.Properties<string>().UseCollation("C");
    }
}

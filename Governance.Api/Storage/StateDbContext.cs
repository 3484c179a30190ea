using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage;

/// <summary>
/// The service's own state. Each feature keeps its entities and their <see cref="IEntityTypeConfiguration{TEntity}"/> in its
/// own folder; they are found by type, so adding one changes nothing here. No entity ever holds a plain personal value.
/// </summary>
internal sealed class StateDbContext(DbContextOptions<StateDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(StateDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
}

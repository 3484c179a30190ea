using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Storage;

/// <summary>
/// The service's own state. Each feature keeps its entities and their <see cref="IEntityTypeConfiguration{TEntity}"/> in its
/// own folder; they are found by type, so adding one changes nothing here. No entity ever holds a plain personal value.
/// </summary>
/// <remarks>This one is SQLite's; PostgreSQL's derives from it, so that each has migrations of its own.</remarks>
internal class StateDbContext : DbContext
{
    private readonly List<Action> _afterCommit = [];

    public StateDbContext(DbContextOptions<StateDbContext> options)
        : base(options) { }

    protected StateDbContext(DbContextOptions options)
        : base(options) { }

    /// <summary>
    /// Runs <paramref name="action"/> once the <see cref="IStateStore.WriteAsync{T}"/> that gave this context has committed, before
    /// that call returns; never after a rollback. For what memory mirrors of the state.
    /// </summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>What to run after the commit.</summary>
    internal IReadOnlyList<Action> CommitActions => _afterCommit;

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(StateDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();
}

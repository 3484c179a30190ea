using Governance.Api.Storage;
using Governance.Api.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Support;

/// <summary>Where a state stands.</summary>
public enum StateKind
{
    Sqlite,
    Postgres,
}

/// <summary>Both, for what holds in either.</summary>
internal sealed class BothKinds : TheoryData<StateKind>
{
    public BothKinds() => AddRange(StateKind.Sqlite, StateKind.Postgres);
}

/// <summary>A state of its own in a folder or a database of its own, gone at the end.</summary>
internal sealed class StateFixture : IAsyncDisposable
{
    private readonly PostgresDatabase? _database;
    private readonly bool _ownsDatabase;
    private readonly ServiceProvider _services;

    private StateFixture(PostgresDatabase? database, bool ownsDatabase)
    {
        Folder = Directory.CreateTempSubdirectory("governance-state-").FullName;
        _database = database;
        _ownsDatabase = ownsDatabase;
        var services = new ServiceCollection().AddSingleton(TimeProvider.System);
        _services = database is null
            ? services.AddStateStorage(_ => Folder).BuildServiceProvider()
            : services
                .Configure<PostgresOptions>(options => options.ConnectionString = database.ConnectionString)
                .AddPostgresStorage()
                .BuildServiceProvider();
    }

    public string Folder { get; }

    public string Path => StateFile.In(Folder);

    /// <summary>The database, where it is PostgreSQL's.</summary>
    public PostgresDatabase Database => _database ?? throw new InvalidOperationException("It is SQLite's.");

    public IStateStore Store => Get<IStateStore>();

    public IDbContextFactory<StateDbContext> Contexts => Get<IDbContextFactory<StateDbContext>>();

    public static async Task<StateFixture> CreateAsync(StateKind kind = StateKind.Sqlite)
    {
        var database = kind == StateKind.Postgres ? await PostgresDatabase.CreateAsync() : null;
        var state = new StateFixture(database, ownsDatabase: true);
        await state.PrepareAsync();
        return state;
    }

    /// <summary>Over a database that others use, too; not yet prepared.</summary>
    public static StateFixture Over(PostgresDatabase database) => new(database, ownsDatabase: false);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task PrepareAsync() => Get<IStateDatabase>().PrepareAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        if (_database is not null && _ownsDatabase)
        {
            await _database.DisposeAsync();
        }
    }
}

using System.Data;
using System.Data.Common;
using Governance.Api.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Governance.Api.Storage;

/// <summary>
/// The state as it is at one moment, for reading only; also beside a running service, which is neither hindered nor seen half
/// way. No lock of the data directory is taken.
/// </summary>
internal sealed class StateSnapshot : IAsyncDisposable
{
    private const int CannotOpen = 14;

    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;

    private StateSnapshot(DbConnection connection, DbTransaction transaction, StateDbContext db)
    {
        _connection = connection;
        _transaction = transaction;
        Db = db;
    }

    /// <summary>A context whose reads all see the same moment.</summary>
    public StateDbContext Db { get; }

    /// <summary>Opens the state of a data directory.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="System.Data.Common.DbException">The file is damaged or may not be read.</exception>
    public static async Task<StateSnapshot> OpenAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(StateFile.In(dataDirectory));
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no {StateFile.Name} in {dataDirectory}.", path);
        }

        SqliteConnection connection;
        try
        {
            connection = await ConnectAsync(path, cancellationToken);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == CannotOpen && !File.Exists(path + "-wal"))
        {
            // In a folder that cannot be written, as on a medium of evidence, nobody else writes the file either.
            connection = await ConnectAsync(new Uri(path).AbsoluteUri + "?immutable=1", cancellationToken);
        }

        // Deferred: the moment is that of the first read, and no write lock is asked for.
        var transaction = connection.BeginTransaction(deferred: true);
        var db = new StateDbContext(
            new DbContextOptionsBuilder<StateDbContext>()
                .UseSqlite(connection)
                .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
                .Options
        );
        await db.Database.UseTransactionAsync(transaction, cancellationToken);
        return new StateSnapshot(connection, transaction, db);
    }

    /// <summary>Opens the state in PostgreSQL.</summary>
    /// <exception cref="Governance.Masking.StartupException">It does not answer, or refuses.</exception>
    public static async Task<StateSnapshot> OpenAsync(PostgresOptions options, CancellationToken cancellationToken)
    {
        await using var server = new PostgresServer(Options.Create(options));
        await server.ReachAsync();
        var connection = new NpgsqlConnection(server.Unpooled);
        try
        {
            await connection.OpenAsync(cancellationToken);
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await PostgresConnections.ExecuteAsync(connection, "SET TRANSACTION READ ONLY", cancellationToken);
            var db = PostgresContexts.Over(connection);
            await db.Database.UseTransactionAsync(transaction, cancellationToken);
            return new StateSnapshot(connection, transaction, db);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static async Task<SqliteConnection> ConnectAsync(string source, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = source,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString()
        );
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM sqlite_master";
            await command.ExecuteScalarAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}

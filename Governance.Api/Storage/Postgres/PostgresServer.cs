using System.Diagnostics;
using Governance.Masking;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>The server of state and vault: its connections, and whether it answers.</summary>
internal sealed class PostgresServer : IAsyncDisposable, IDisposable
{
    /// <summary>The schema of the state.</summary>
    public const string StateSchema = "governance_state";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(2);

    private readonly PostgresOptions _options;
    private readonly Lazy<Task> _reached;

    public PostgresServer(IOptions<PostgresOptions> options)
    {
        _options = options.Value;
        var settings = new NpgsqlConnectionStringBuilder(_options.ConnectionString)
        {
            // Details quote rows.
            IncludeErrorDetail = false,
            IncludeFailedBatchedCommand = false,
            PersistSecurityInfo = false,
            Enlist = false,
            SearchPath = StateSchema,
        };
        settings.ApplicationName ??= "governance";
        Source = NpgsqlDataSource.Create(settings);

        // A pool of its own: who waits for a lock keeps a connection, and must not keep it from those who would release the lock.
        settings.ApplicationName += "-locks";
        Locks = NpgsqlDataSource.Create(settings);
        settings.Pooling = false;
        Unpooled = settings.ConnectionString;
        Where = $"{settings.Host}:{settings.Port}/{settings.Database}";
        _reached = new Lazy<Task>(() => Task.Run(WaitAsync));
    }

    /// <summary>Connections for the state.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Connections that hold locks.</summary>
    public NpgsqlDataSource Locks { get; }

    /// <summary>The connection string as it was set, with the password: for the vault alone.</summary>
    public string ConnectionString => _options.ConnectionString!;

    /// <summary>For a connection that lives by itself; with the password.</summary>
    public string Unpooled { get; }

    /// <summary>Host, port and database; nothing secret.</summary>
    public string Where { get; }

    /// <summary>Waits until the server answers, once for all who ask.</summary>
    /// <exception cref="StartupException">It does not answer in time, or refuses.</exception>
    public Task ReachAsync() => _reached.Value;

    /// <summary>Does work of the start, once the server answers.</summary>
    /// <exception cref="StartupException">It does not answer in time, or refuses.</exception>
    public async Task<T> StartAsync<T>(Func<Task<T>> work)
    {
        await ReachAsync();
        try
        {
            return await work();
        }
        catch (NpgsqlException exception)
        {
            throw Refused(exception);
        }
    }

    /// <summary>Asks the server now.</summary>
    /// <returns>What is wrong, in words for an operator; <see langword="null"/> where it answers.</returns>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AnswerAsync(cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return Describe(exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Locks.DisposeAsync();
    }

    public void Dispose()
    {
        Source.Dispose();
        Locks.Dispose();
    }

    private async Task WaitAsync()
    {
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause))
        {
            try
            {
                await AnswerAsync(CancellationToken.None);
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                var isPassing = exception is TimeoutException or NpgsqlException { IsTransient: true };
                if (!isPassing || Stopwatch.GetElapsedTime(since) >= _options.StartTimeout)
                {
                    throw Refused(exception);
                }
            }
        }
    }

    // The pool may hold connections to a server that has started anew since: the first failure empties it.
    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(ProbeTime);
        try
        {
            await using var connection = await PostgresConnections.OpenAsync(Source, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    private StartupException Refused(Exception exception) =>
        new(
            $"{Describe(exception)} Mend that, or correct {PostgresOptions.SectionName}:{nameof(PostgresOptions.ConnectionString)}.",
            exception
        );

    // SQLSTATE by SQLSTATE, because the server's own words may quote what was sent.
    private string Describe(Exception exception) =>
        exception switch
        {
            PostgresException
            {
                SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            } => $"PostgreSQL at {Where} refuses the user name or the password.",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                $"PostgreSQL at {Where} has no such database.",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
                $"PostgreSQL at {Where} does not give the user the rights that are needed (CREATE on the database, at the first start).",
            PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
                $"PostgreSQL at {Where} has no connection left.",
            PostgresException postgres => $"PostgreSQL at {Where} refuses (SQLSTATE {postgres.SqlState}).",
            _ => $"PostgreSQL at {Where} does not answer.",
        };
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Governance.Tests.Support;

/// <summary>
/// A PostgreSQL server in a temporary folder, from Debian's programs. It logs every statement. It ends with this process, however that
/// ends. It refuses root, so under root it runs as Debian's user for it.
/// </summary>
internal sealed class PostgresInstance : IAsyncDisposable
{
    public const string User = "governance";
    public const string Password = "not-to-be-seen-anywhere";

    private static readonly Lazy<Task<PostgresInstance>> Shared = new(() => Task.Run(StartAsync));
    private static readonly string? Programs = FindPrograms();
    private readonly string _folder;
    private Process? _process;

    private PostgresInstance(string folder, int port)
    {
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The one server that most tests share; each takes a database of its own.</summary>
    public static Task<PostgresInstance> SharedAsync()
    {
        SkipWithout();
        return Shared.Value;
    }

    /// <summary>Skips the test where there is no PostgreSQL.</summary>
    public static void SkipWithout() =>
        Assert.SkipUnless(
            Programs is not null,
            "PostgreSQL is not installed: ops/test.sh installs it (Debian's package postgresql)."
        );

    /// <summary>A server of its own, for a test that stops it.</summary>
    public static async Task<PostgresInstance> StartAsync()
    {
        SkipWithout();
        var folder = (await RunAsync("mktemp", "-d", "/tmp/governance-postgres-XXXXXXXX")).Succeeded().Trim();
        var password = Path.Combine(folder, "password");
        (await RunAsync("sh", "-c", $"umask 077; echo {Password} > {password}")).Succeeded();
        (
            await RunAsync(
                Path.Combine(Programs!, "initdb"),
                "--no-sync",
                $"--pgdata={Path.Combine(folder, "data")}",
                $"--username={User}",
                $"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8"
            )
        ).Succeeded();
        var instance = new PostgresInstance(folder, FreePort());
        await instance.ResumeAsync();
        return instance;
    }

    /// <summary>All that the server wrote down, statements and their parameters among it.</summary>
    public async Task<string> ReadLogAsync() => (await RunAsync("cat", Path.Combine(_folder, "log"))).Succeeded();

    /// <summary>A new, empty database.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.CreateVersion7():N}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new PostgresDatabase(this, name);
    }

    /// <summary>Runs a statement beside the databases.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = database,
            Username = User,
            Password = Password,
        }.ConnectionString;

    /// <summary>Stops the server at once, as a crash does: every connection breaks.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>Starts the server again, over what it kept.</summary>
    public async Task ResumeAsync()
    {
        // The shell ends the server when its input ends, which it does with this process, too.
        var server = string.Create(
            CultureInfo.InvariantCulture,
            $"'{Path.Combine(Programs!, "postgres")}' -D {_folder}/data -p {Port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=400 -c log_statement=all -c autovacuum=off"
        );
        var start = Command(
            "sh",
            "-c",
            $"{server} >> {_folder}/log 2>&1 & server=$!; cat; kill -QUIT $server; wait $server"
        );
        start.RedirectStandardInput = true;
        _process = Process.Start(start)!;
        await Wait.UntilAsync(AnswersAsync, $"PostgreSQL answers on port {Port}", seconds: 30);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await RunAsync("rm", "-rf", _folder);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .EnumerateDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
                .Order(StringComparer.Ordinal)
                .LastOrDefault()
            : null;

    private static Task<ToolResult> RunAsync(params string[] command)
    {
        var start = Command(command);
        return Tool.RunAsync(start.FileName, start.ArgumentList, workingDirectory: "/");
    }

    private static ProcessStartInfo Command(params string[] command) =>
        Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", .. command]) { WorkingDirectory = "/" }
            : new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = "/" };
}

/// <summary>A database of one test, gone at the end.</summary>
internal sealed class PostgresDatabase(PostgresInstance server, string name) : IAsyncDisposable
{
    public PostgresInstance Server => server;

    public string ConnectionString { get; } = server.ConnectionString(name);

    /// <summary>The setting that chooses it, as on the command line.</summary>
    public string Setting => $"--Governance:Postgres:ConnectionString={ConnectionString}";

    public static async Task<PostgresDatabase> CreateAsync() =>
        await (await PostgresInstance.SharedAsync()).CreateDatabaseAsync();

    /// <summary>Runs a statement over a connection of its own.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Cuts all connections to it; whoever holds one learns of it when it is used.</summary>
    public Task CutAsync() =>
        ScalarAsync(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        );

    public async ValueTask DisposeAsync() => await server.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
}

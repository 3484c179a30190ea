using System.Globalization;
using DuckDB.NET.Data;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// Copies what the database holds into a new file and puts it in the old one's place. The new file is complete and on disk before it takes
/// the old one's name, in one step: whenever the process ends, one of both is there, whole.
/// </summary>
internal static class DuckDbRewrite
{
    /// <summary>Runs it; nobody has the file open.</summary>
    public static void Run(DuckDbOptions options, DateTimeOffset now)
    {
        var file = Path.GetFullPath(options.FilePath);
        var fresh = FreshOf(file);
        ClearLeft(options);
        using (
            var connection = new DuckDBConnection(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Data Source=:memory:;threads={options.Threads};memory_limit={options.MemoryLimitMebibytes}MiB"
                )
            )
        )
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"""
                ATTACH {Literal(file)} AS before;
                CHECKPOINT before;
                ATTACH {Literal(fresh)} AS after;
                COPY FROM DATABASE before TO after;
                DELETE FROM after.main.{SystemTables.Rewrites};
                INSERT INTO after.main.{SystemTables.Rewrites} VALUES (make_timestamptz({now.ToUnixTimeMilliseconds()
                    * 1000}));
                CHECKPOINT after;
                DETACH after;
                DETACH before;
                """
            );
            command.ExecuteNonQuery();
        }

        // Its log was moved into it; one that is left would be read into the new file.
        if (File.Exists(WalOf(file)) && new FileInfo(WalOf(file)).Length > 0)
        {
            throw new IOException(
                $"The warehouse's log {WalOf(file)} was not moved into its file; nothing was changed."
            );
        }

        File.Delete(WalOf(file));
        File.Delete(WalOf(fresh));
        using (var stream = new FileStream(fresh, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            stream.Flush(flushToDisk: true);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(fresh, File.GetUnixFileMode(file));
        }

        File.Move(fresh, file, overwrite: true);
    }

    /// <summary>Removes what a killed process left half written.</summary>
    public static void ClearLeft(DuckDbOptions options)
    {
        var fresh = FreshOf(Path.GetFullPath(options.FilePath));
        File.Delete(fresh);
        File.Delete(WalOf(fresh));
    }

    private static string FreshOf(string file) => $"{file}.rewriting";

    private static string WalOf(string file) => $"{file}.wal";

    private static string Literal(string path) => $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
}

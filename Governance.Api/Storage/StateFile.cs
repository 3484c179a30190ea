using Microsoft.Data.Sqlite;

namespace Governance.Api.Storage;

/// <summary>Where the state stands: one SQLite file in the data directory, readable by its owner alone.</summary>
internal static class StateFile
{
    public const string Name = "state.db";

    /// <summary>The file in a data directory.</summary>
    public static string In(string dataDirectory) => Path.Combine(dataDirectory, Name);

    /// <summary>How the service opens it.</summary>
    public static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            DefaultTimeout = 30,
        }.ToString();

    /// <summary>Closes the pooled connections to the file.</summary>
    public static void Release(string path)
    {
        using var connection = new SqliteConnection(ConnectionString(path));
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>Creates it with mode 0600 before SQLite does; its WAL and index then take over the mode.</summary>
    public static void Create(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
    }
}

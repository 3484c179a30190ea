using System.Globalization;
using System.Text.Json;

namespace Governance.Masking.Keys;

/// <summary>
/// The processes that hold a folder's keyset, and which version of it. Each keeps a file in <c>readers/</c> locked while it runs, so
/// a killed one is told from a slow one by the operating system, not by a clock. Joining and listing are done under the folder's lock.
/// </summary>
/// <remarks>It knows processes that share the folder. A copy of the folder elsewhere has readers of its own.</remarks>
internal sealed class KeysetReaders : IDisposable
{
    private const string LockSuffix = ".lock";

    private readonly string _path;
    private readonly FileStream _lock;

    private KeysetReaders(string path, FileStream held)
    {
        _path = path;
        _lock = held;
    }

    /// <summary>Announces this process; it holds no version yet.</summary>
    public static KeysetReaders Join(string folder)
    {
        var readers = FolderOf(folder);
        SecretFile.CreateFolder(readers);
        var path = Path.Combine(
            readers,
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Path.GetRandomFileName()}")
        );
        return new KeysetReaders(path, SecretFile.OpenExclusive(path + LockSuffix));
    }

    /// <summary>The process holds this version, and no other any more.</summary>
    public void Announce(string version) =>
        SecretFile.Replace(
            _path,
            JsonSerializer.SerializeToUtf8Bytes(
                new Announcement(version, Environment.ProcessId),
                JsonSerializerOptions.Web
            )
        );

    /// <summary>The running ones; what killed ones left is removed.</summary>
    public static IReadOnlyList<KeysetReader> List(string folder)
    {
        if (!Directory.Exists(FolderOf(folder)))
        {
            return [];
        }

        var running = new List<KeysetReader>();
        foreach (var file in Directory.EnumerateFiles(FolderOf(folder), "*" + LockSuffix).ToArray())
        {
            var path = file[..^LockSuffix.Length];
            if (IsHeld(file))
            {
                running.Add(Read(path));
            }
            else
            {
                Remove(path);
            }
        }

        return running;
    }

    /// <summary>The process holds no keyset any more.</summary>
    public void Dispose()
    {
        try
        {
            Remove(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever lists next finds it without a lock, and removes it.
        }

        _lock.Dispose();
    }

    private static string FolderOf(string folder) => Path.Combine(folder, "readers");

    private static bool IsHeld(string file)
    {
        try
        {
            using var free = SecretFile.OpenExclusive(file);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static KeysetReader Read(string path)
    {
        var process = int.TryParse(
            Path.GetFileName(path).Split('-')[0],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var id
        )
            ? id
            : 0;
        try
        {
            var text = SecretFile.TryRead(path);
            return new KeysetReader(
                process,
                text is null ? null : JsonSerializer.Deserialize<Announcement>(text, JsonSerializerOptions.Web)?.Version
            );
        }
        catch (Exception exception) when (exception is JsonException or IOException or KeyMaterialException)
        {
            // It runs, and what it holds is not known.
            return new KeysetReader(process, null);
        }
    }

    private static void Remove(string path)
    {
        File.Delete(path);
        File.Delete(path + LockSuffix);
    }

    private sealed record Announcement(string Version, int Process);
}

/// <summary>A process that holds the keyset.</summary>
/// <param name="ProcessId">Its id in the operating system.</param>
/// <param name="Version">The version it holds, or <see langword="null"/> where it holds none yet.</param>
internal sealed record KeysetReader(int ProcessId, string? Version);

using Governance.Masking;

namespace Governance.Api.Configuration;

/// <summary>Files that hold secrets: mode 0600, and refused where others may read them.</summary>
internal static class PrivateFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Every right of group and others.</summary>
    public const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>Reads a file, or writes it first where there is none.</summary>
    /// <exception cref="StartupException">Others may read it.</exception>
    public static string ReadOrCreate(string path, Func<string> create)
    {
        if (!File.Exists(path))
        {
            Create(path, create());
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new StartupException($"The key file {path} can be read by others. Run: chmod 600 '{path}'");
        }

        return File.ReadAllText(path);
    }

    /// <summary>Opens for reading and writing; a file that is made is the owner's alone.</summary>
    public static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    private static void Create(string path, string text)
    {
        // Written beside and renamed: a process killed half way leaves no half key.
        var draft = path + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, Options(FileMode.CreateNew, FileShare.None)))
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(text);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path);
    }
}

using System.Runtime.InteropServices;

namespace Governance.Masking.Keys;

/// <summary>Files that their owner alone may read. Written whole or not at all; refused when others can read them.</summary>
public static partial class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>
    /// From now on, every file and folder that this process makes is closed to others, whatever its umask was: native libraries
    /// (databases with their logs and temporary files) ask nobody for a mode.
    /// </summary>
    public static void CloseNewFiles()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetMask((uint)Others);
        }
    }

    /// <summary>Creates the folder, 0700, where there is none.</summary>
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            _ = Directory.CreateDirectory(folder);
        }
        else
        {
            _ = Directory.CreateDirectory(folder, OwnerFolder);
        }
    }

    /// <summary>Reads a secret, or gives <see langword="null"/> where there is no file.</summary>
    /// <exception cref="KeyMaterialException">Others can read it, or it is not a plain file.</exception>
    public static byte[]? TryRead(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is not null)
        {
            throw new KeyMaterialException(
                $"The key file {path} is a symbolic link. Put the file itself there, so that nobody can point it elsewhere."
            );
        }

        if (Directory.Exists(path))
        {
            throw new KeyMaterialException($"The key file {path} is a folder. Move it away.");
        }

        if (!info.Exists)
        {
            return null;
        }

        using var handle = Open(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & Others) != UnixFileMode.None)
        {
            throw new KeyMaterialException(
                $"Others than its owner can read or write the key file {path}. Run: chmod 600 {path}"
            );
        }

        var bytes = new byte[RandomAccess.GetLength(handle)];
        var read = RandomAccess.Read(handle, bytes, 0);
        return bytes[..read];
    }

    /// <summary>Creates a file of mode 0600 with all its content, or changes nothing where there is one already.</summary>
    /// <returns>Whether it was created; <see langword="false"/> where another process was first.</returns>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var temporary = WriteTemporary(path, content);
        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }
    }

    /// <summary>
    /// Replaces a file's content, whole or not at all; it survives a power cut once this returns. What a killed writer left beside
    /// the file is removed: one process at a time may write it.
    /// </summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var left in Directory.EnumerateFiles(folder, Path.GetFileName(path) + ".*.tmp").ToArray())
        {
            File.Delete(left);
        }

        File.Move(WriteTemporary(path, content), path, overwrite: true);
        SyncFolder(folder);
    }

    /// <summary>Opens a file of mode 0600 for this process alone, and makes it where there is none; no content is touched.</summary>
    /// <exception cref="IOException">Another process has it open.</exception>
    internal static FileStream OpenExclusive(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    // A rename is durable when its folder is. Windows has no such call, and its rename needs none.
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenFolder(folder, 0);
        if (descriptor >= 0)
        {
            _ = Sync(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint SetMask(uint mask);

    private static string WriteTemporary(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var stream = new FileStream(temporary, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
        return temporary;
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new KeyMaterialException(
                $"The key file {path} cannot be read by this user. Start as the user that owns it.",
                exception
            );
        }
    }
}

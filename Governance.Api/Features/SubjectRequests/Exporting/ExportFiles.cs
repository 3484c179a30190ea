using System.Security.Cryptography;
using Governance.Masking.Keys;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>The folder of archives. Each is written under another name, and stands under its own only once it is whole.</summary>
/// <param name="folder">The folder; made where it is missing.</param>
internal sealed class ExportFiles(Func<string> folder)
{
    private const string Unfinished = ".part";

    /// <summary>The name of a request's archive.</summary>
    public static string NameOf(Guid requestId) => $"{requestId:N}.zip.age";

    /// <summary>Writes an archive; whatever stood under its name is replaced.</summary>
    /// <param name="name">See <see cref="NameOf"/>.</param>
    /// <param name="write">Writes it; what it throws leaves no archive.</param>
    /// <returns>Its length and SHA-256, lower-case hex.</returns>
    public async Task<(long Length, string Sha256)> WriteAsync(string name, Func<Stream, Task> write)
    {
        SecretFile.CreateFolder(folder());
        var unfinished = PathOf(name) + Unfinished;
        try
        {
            await using (var file = Create(unfinished))
            {
                await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, PathOf(name), overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }

        return (new FileInfo(PathOf(name)).Length, (await HashAsync(name))!);
    }

    /// <summary>The archive's SHA-256, read back; <see langword="null"/> where there is none.</summary>
    public async Task<string?> HashAsync(string name)
    {
        await using var file = Open(name);
        return file is null ? null : Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }

    /// <summary>Opens an archive; <see langword="null"/> where there is none.</summary>
    public FileStream? Open(string name)
    {
        try
        {
            return new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Destroys an archive; doing it again changes nothing.</summary>
    public void Destroy(string name)
    {
        if (Directory.Exists(folder()))
        {
            File.Delete(PathOf(name));
        }
    }

    /// <summary>Removes what killed processes left unfinished.</summary>
    /// <param name="name">The archive that may have been cut off.</param>
    public void Clear(string name)
    {
        if (Directory.Exists(folder()))
        {
            File.Delete(PathOf(name) + Unfinished);
        }
    }

    private string PathOf(string name) => Path.Combine(folder(), name);

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}

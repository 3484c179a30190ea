using Governance.Masking;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>
/// The folder that everything stands in; private to its owner, and held by one process at a time. Paths of parts are
/// taken from here.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = "governance.lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;

    /// <summary>Makes the folder where it is missing, and takes hold of it.</summary>
    /// <exception cref="StartupException">The folder cannot be used, or another process holds it.</exception>
    public DataDirectory(IOptions<GovernanceOptions> options)
    {
        Root = Path.GetFullPath(options.Value.DataDirectory);
        try
        {
            Own(Root);
            _lock = new FileStream(
                Path.Combine(Root, LockName),
                // An advisory lock of the operating system: a killed process leaves none behind.
                LockOptions()
            );
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Unusable(exception);
        }
        catch (IOException exception) when (File.Exists(Path.Combine(Root, LockName)))
        {
            throw new StartupException(
                $"Another process already runs on the data directory {Root}. Stop it, or choose another with --{GovernanceOptions.SectionName}:{nameof(GovernanceOptions.DataDirectory)}=<folder>. Processes that share the work each have a folder of their own: see ops/docs/processes.md.",
                exception
            );
        }
        catch (IOException exception)
        {
            throw Unusable(exception);
        }

        Keys = string.IsNullOrWhiteSpace(options.Value.KeysDirectory)
            ? Folder("keys")
            : Path.GetFullPath(options.Value.KeysDirectory);
        if (!Directory.Exists(Keys))
        {
            MakePrivate(Keys);
        }
    }

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    /// <summary>The folder of key files.</summary>
    public string Keys { get; }

    /// <summary>The full path of a file in the folder.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>A folder in it, made where it is missing; private to the owner.</summary>
    public string Folder(string name)
    {
        var path = PathOf(name);
        MakePrivate(path);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FileStreamOptions LockOptions()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static void Own(string root)
    {
        if (
            !OperatingSystem.IsWindows()
            && Directory.Exists(root)
            && (File.GetUnixFileMode(root) & ~OwnerOnly) != UnixFileMode.None
            && !File.Exists(Path.Combine(root, LockName))
            && Directory.EnumerateFileSystemEntries(root).Any()
        )
        {
            // Closing a folder to others that holds somebody else's files would be no favour.
            throw new StartupException(
                $"The data directory {root} holds files of others and is open to them. Name an empty or a new folder."
            );
        }

        MakePrivate(root);
    }

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, OwnerOnly);
        File.SetUnixFileMode(path, OwnerOnly);
    }

    private StartupException Unusable(Exception exception) =>
        new(
            $"The data directory {Root} cannot be written. Let this user write there, or choose another with --{GovernanceOptions.SectionName}:{nameof(GovernanceOptions.DataDirectory)}=<folder>.",
            exception
        );
}

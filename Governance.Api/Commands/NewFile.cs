using System.Security.Cryptography;

namespace Governance.Api.Commands;

/// <summary>A file that gets its name when it is whole: a run that is stopped leaves nothing under it. Readable by its owner alone.</summary>
internal sealed class NewFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly bool _replace;
    private bool _isComplete;

    /// <summary>Begins a file beside the place where it will stand.</summary>
    /// <exception cref="MisuseException">The folder cannot be written.</exception>
    public NewFile(string path, bool replace)
    {
        _path = Path.GetFullPath(path);
        _replace = replace;
        _partial = $"{_path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.partial";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 128 * 1024,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            Stream = new FileStream(_partial, options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MisuseException(
                $"{path} cannot be written. Name a file in a folder that this user may write.",
                exception
            );
        }
    }

    /// <summary>Where its content goes.</summary>
    public FileStream Stream { get; }

    /// <summary>Gives it its name; it is on the disk then.</summary>
    /// <exception cref="MisuseException">Another file has got the name meanwhile.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await Stream.FlushAsync(cancellationToken);
        Stream.Flush(flushToDisk: true);
        await Stream.DisposeAsync();
        try
        {
            File.Move(_partial, _path, _replace);
        }
        catch (IOException exception) when (!_replace && File.Exists(_path))
        {
            throw new MisuseException(
                $"{_path} was made meanwhile. Name another file, or replace it with --force.",
                exception
            );
        }

        _isComplete = true;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (!_isComplete)
        {
            File.Delete(_partial);
        }
    }
}

namespace Governance.Masking.Keys;

/// <summary>
/// The right to change the files of a keys folder; one process has it at a time. An advisory lock of the operating system: a killed
/// process leaves none behind.
/// </summary>
public sealed class KeysFolderLock : IDisposable
{
    private const string FileName = "keys.lock";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private const int Attempts = 1500;

    private readonly FileStream _file;

    private KeysFolderLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock, at most thirty seconds.</summary>
    /// <exception cref="KeyMaterialException">The folder cannot be written, or another process holds the lock for too long.</exception>
    public static async Task<KeysFolderLock> AcquireAsync(string folder, CancellationToken cancellationToken) =>
        await TryAcquireAsync(folder, cancellationToken)
        ?? throw new KeyMaterialException(
            $"The keys folder {folder} cannot be written by this user. Act as the user that owns it."
        );

    /// <summary>The same; gives <see langword="null"/> where the folder cannot be written.</summary>
    public static async Task<KeysFolderLock?> TryAcquireAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new KeysFolderLock(SecretFile.OpenExclusive(path));
            }
            catch (UnauthorizedAccessException)
            {
                return null;
            }
            catch (IOException) when (!File.Exists(path))
            {
                // A medium for reading only says so in this way.
                return null;
            }
            catch (IOException exception) when (attempt == Attempts)
            {
                throw new KeyMaterialException(
                    $"Another process is changing the keys in {folder}, and does not end. Look for it, and try again.",
                    exception
                );
            }
            catch (IOException)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}

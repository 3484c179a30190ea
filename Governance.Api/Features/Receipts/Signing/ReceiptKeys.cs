using System.Security.Cryptography;
using System.Text.Json;
using Governance.Masking;
using Governance.Masking.Keys;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Api.Features.Receipts.Signing;

/// <summary>
/// The keys of <c>keys/receipt-signing.json</c>: one signs, all verify. A key that signed a receipt is never removed, for its
/// receipts are proofs for years.
/// </summary>
internal sealed class ReceiptKeys(Func<string> path, IKeyEncryptionKey kek, TimeProvider time) : IDisposable
{
    public const string FileName = "receipt-signing.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private volatile Loaded? _loaded;

    /// <summary>The key that signs.</summary>
    public ECDsaSecurityKey Active => Get().Active;

    /// <summary>The public keys, the first one signs.</summary>
    public IReadOnlyList<JsonWebKey> Public => Get().Public;

    /// <summary>Loads the file, or makes it with a new key where there is none. At start.</summary>
    /// <exception cref="StartupException">The file cannot be used.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var file = path();
        var text = SecretFile.TryRead(file) ?? await CreateAsync(file, cancellationToken);
        await TakeAsync(file, text, cancellationToken);
    }

    /// <summary>Loads the file again where it changed; a faulty one is refused, and the keys before stay in force.</summary>
    /// <returns>Whether another key signs now.</returns>
    /// <exception cref="StartupException">The file cannot be used.</exception>
    public async Task<bool> ReloadAsync(CancellationToken cancellationToken)
    {
        var file = path();
        var text =
            SecretFile.TryRead(file)
            ?? throw new StartupException($"The key file {file} is missing. Restore it from its backup.");
        if (text.AsSpan().SequenceEqual(Get().Text))
        {
            return false;
        }

        var before = Active.KeyId;
        await TakeAsync(file, text, cancellationToken);
        return !string.Equals(Active.KeyId, before, StringComparison.Ordinal);
    }

    /// <summary>Makes a new key, which signs from now on; the ones before stay published.</summary>
    /// <returns>The new key's id.</returns>
    public async Task<string> RotateAsync(CancellationToken cancellationToken)
    {
        using var held = await HoldAsync(cancellationToken);
        var added = await ReceiptKey.CreateAsync(kek, time.GetUtcNow(), cancellationToken);
        await ReplaceAsync(keys => [added, .. keys], cancellationToken);
        return added.Kid;
    }

    /// <summary>Wraps all keys by whatever the key encryption key wraps with now.</summary>
    public async Task RewrapAsync(CancellationToken cancellationToken)
    {
        using var held = await HoldAsync(cancellationToken);
        var rewrapped = new List<ReceiptKey>();
        foreach (var key in Read(path(), SecretFile.TryRead(path()) ?? []))
        {
            rewrapped.Add(await key.RewrapAsync(kek, cancellationToken));
        }

        await ReplaceAsync(_ => rewrapped, cancellationToken);
    }

    public void Dispose() => _loaded?.Active.ECDsa.Dispose();

    private async Task<KeysFolderLock> HoldAsync(CancellationToken cancellationToken) =>
        await KeysFolderLock.AcquireAsync(Path.GetDirectoryName(path())!, cancellationToken);

    private async Task ReplaceAsync(
        Func<IReadOnlyList<ReceiptKey>, IReadOnlyList<ReceiptKey>> change,
        CancellationToken cancellationToken
    )
    {
        var file = path();
        var keys = change(Read(file, SecretFile.TryRead(file) ?? []));
        var text = JsonSerializer.SerializeToUtf8Bytes(new KeyFile(keys), Json);
        SecretFile.Replace(file, text);
        await TakeAsync(file, text, cancellationToken);
    }

    private static IReadOnlyList<ReceiptKey> Read(string file, byte[] text)
    {
        try
        {
            return JsonSerializer.Deserialize<KeyFile>(text, Json)?.Keys is { Count: > 0 } keys
                ? keys
                : throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw Malformed(file, exception);
        }
    }

    private async Task TakeAsync(string file, byte[] text, CancellationToken cancellationToken)
    {
        try
        {
            var keys = Read(file, text);
            // The key before is not disposed of: somebody may be signing with it.
            _loaded = new Loaded(
                await keys[0].UnwrapAsync(kek, cancellationToken),
                [.. keys.Select(key => key.ToPublic())],
                text
            );
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            throw Malformed(file, exception);
        }
    }

    private static StartupException Malformed(string file, Exception exception) =>
        new($"The key file {file} is malformed. Restore it from its backup.", exception);

    private async Task<byte[]> CreateAsync(string file, CancellationToken cancellationToken)
    {
        var key = await ReceiptKey.CreateAsync(kek, time.GetUtcNow(), cancellationToken);
        var text = JsonSerializer.SerializeToUtf8Bytes(new KeyFile([key]), Json);
        return SecretFile.TryCreate(file, text)
            ? text
            : throw new StartupException($"The key file {file} was made by another process meanwhile. Start again.");
    }

    private Loaded Get() =>
        _loaded ?? throw new InvalidOperationException("The receipt keys are not loaded yet: call LoadAsync at start.");

    private sealed record Loaded(ECDsaSecurityKey Active, IReadOnlyList<JsonWebKey> Public, byte[] Text);

    /// <summary>The file. The first key signs.</summary>
    private sealed record KeyFile(IReadOnlyList<ReceiptKey> Keys);
}

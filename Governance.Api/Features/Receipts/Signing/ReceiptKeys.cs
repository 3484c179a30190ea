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

    private Loaded? _loaded;

    /// <summary>The key that signs.</summary>
    public ECDsaSecurityKey Active => Get().Active;

    /// <summary>The public keys, the first one signs.</summary>
    public IReadOnlyList<JsonWebKey> Public => Get().Public;

    /// <summary>Loads the file, or makes it with a new key where there is none. At start.</summary>
    /// <exception cref="StartupException">The file cannot be used.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var file = path();
        try
        {
            var text = SecretFile.TryRead(file) ?? await CreateAsync(file, cancellationToken);
            var keys = JsonSerializer.Deserialize<KeyFile>(text, Json)?.Keys;
            if (keys is not { Count: > 0 })
            {
                throw new JsonException();
            }

            _loaded = new Loaded(
                await keys[0].UnwrapAsync(kek, cancellationToken),
                [.. keys.Select(key => key.ToPublic())]
            );
        }
        catch (Exception exception) when (exception is JsonException or FormatException or CryptographicException)
        {
            throw new StartupException($"The key file {file} is malformed. Restore it from its backup.", exception);
        }
    }

    public void Dispose() => _loaded?.Active.ECDsa.Dispose();

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

    private sealed record Loaded(ECDsaSecurityKey Active, IReadOnlyList<JsonWebKey> Public);

    /// <summary>The file. The first key signs.</summary>
    private sealed record KeyFile(IReadOnlyList<ReceiptKey> Keys);
}

using System.Security.Cryptography;

namespace Governance.Masking.Keys;

/// <summary>
/// HMAC-SHA-256 with a kept key: the two key blocks are hashed once, not per value. Safe for concurrent callers; allocates only
/// when more callers come at once than ever before.
/// </summary>
internal sealed class HmacKey : IDisposable
{
    /// <summary>Length of a result in bytes.</summary>
    public const int Size = HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key;
    private readonly System.Collections.Concurrent.ConcurrentBag<IncrementalHash> _spares = [];
    private IncrementalHash? _spare;
    private bool _disposed;

    /// <summary>Takes a key.</summary>
    /// <param name="key">The key; kept, not copied, and cleared when this is disposed.</param>
    public HmacKey(byte[] key) => _key = key;

    /// <summary>Writes the <see cref="Size"/> bytes of HMAC-SHA-256.</summary>
    public void Hash(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var hash = Interlocked.Exchange(ref _spare, null);
        if (hash is null && !_spares.TryTake(out hash))
        {
            hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        }

        hash.AppendData(message);
        _ = hash.GetHashAndReset(destination);
        if (Interlocked.CompareExchange(ref _spare, hash, null) is not null)
        {
            _spares.Add(hash);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_key);
        _spare?.Dispose();
        foreach (var hash in _spares)
        {
            hash.Dispose();
        }
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Api.Features.SubjectRequests.Exporting.Age;

/// <summary>
/// Encrypts what is written to it as an age v1 file, in pieces of 64 KiB: nothing plain goes to the stream below. A file that was not
/// brought to its end (<see cref="Complete"/>) lacks its last piece, and no reader takes it for whole.
/// </summary>
/// <remarks>https://age-encryption.org/v1</remarks>
internal sealed class AgeWriter : Stream
{
    internal const int KeySize = 32;
    internal const int TagSize = 16;
    internal const int NonceSize = 12;
    private const int FileKeySize = 16;
    private const int ChunkSize = 64 * 1024;

    private readonly Stream _below;
    private readonly ChaCha20Poly1305 _cipher;
    private readonly byte[] _chunk = new byte[ChunkSize];
    private readonly byte[] _sealed = new byte[ChunkSize + TagSize];
    private readonly byte[] _nonce = new byte[NonceSize];
    private int _filled;
    private long _chunks;
    private bool _completed;

    /// <summary>Writes the header.</summary>
    /// <param name="below">Receives the file; stays open.</param>
    /// <param name="recipient">Whom it is for.</param>
    public AgeWriter(Stream below, AgeRecipient recipient)
    {
        _below = below;
        var fileKey = RandomNumberGenerator.GetBytes(FileKeySize);
        try
        {
            below.Write(Header(recipient.Wrap(fileKey), fileKey));
            var salt = RandomNumberGenerator.GetBytes(FileKeySize);
            below.Write(salt);
            _cipher = new ChaCha20Poly1305(Derive(fileKey, salt, "payload"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(fileKey);
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        while (!buffer.IsEmpty)
        {
            // A full piece waits: only the end tells whether it is the last one.
            if (_filled == ChunkSize)
            {
                Seal(isLast: false);
            }

            var some = Math.Min(buffer.Length, ChunkSize - _filled);
            buffer[..some].CopyTo(_chunk.AsSpan(_filled));
            _filled += some;
            buffer = buffer[some..];
        }
    }

    /// <summary>Writes the last piece.</summary>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        Seal(isLast: true);
        _completed = true;
    }

    public override void Flush() => _below.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Base64 as headers have it: without padding.</summary>
    internal static string Base64(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cipher.Dispose();
            CryptographicOperations.ZeroMemory(_chunk);
        }

        base.Dispose(disposing);
    }

    // A body is one line: it has fewer than 48 bytes.
    private static byte[] Header(AgeStanza stanza, byte[] fileKey)
    {
        var text = $"age-encryption.org/v1\n-> {stanza.Line}\n{Base64(stanza.Body)}\n---";
        var mac = HMACSHA256.HashData(Derive(fileKey, [], "header"), Encoding.ASCII.GetBytes(text));
        return Encoding.ASCII.GetBytes($"{text} {Base64(mac)}\n");
    }

    private static byte[] Derive(byte[] fileKey, byte[] salt, string info) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, KeySize, salt, Encoding.ASCII.GetBytes(info));

    private void Seal(bool isLast)
    {
        // Eleven bytes of a counter, then whether it is the last.
        BinaryPrimitives.WriteInt64BigEndian(_nonce.AsSpan(3), _chunks++);
        _nonce[^1] = isLast ? (byte)1 : (byte)0;
        _cipher.Encrypt(
            _nonce,
            _chunk.AsSpan(0, _filled),
            _sealed.AsSpan(0, _filled),
            _sealed.AsSpan(_filled, TagSize)
        );
        _below.Write(_sealed.AsSpan(0, _filled + TagSize));
        _filled = 0;
    }
}

using System.Buffers;
using System.Buffers.Text;
using Governance.Masking.Columns;

namespace Governance.Masking.Keys;

/// <summary>Text form of masked bytes: a versioned prefix, then base64url without padding.</summary>
internal static class MaskedText
{
    public static void Write(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> bytes, IBufferWriter<byte> text)
    {
        var length = prefix.Length + Base64Url.GetEncodedLength(bytes.Length);
        var destination = text.GetSpan(length);
        prefix.CopyTo(destination);
        _ = Base64Url.EncodeToUtf8(bytes, destination[prefix.Length..]);
        text.Advance(length);
    }

    /// <summary>The same, faster, for bytes that others follow.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="room">The bytes, then what <see cref="Base64UrlBlocks.Encode"/> wants to follow.</param>
    /// <param name="length">How many bytes count.</param>
    /// <param name="text">Receives the text form.</param>
    public static void Write(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> room, int length, ByteBuffer text)
    {
        if (!Base64UrlBlocks.IsSupported)
        {
            Write(prefix, room[..length], text);
            return;
        }

        var encodedLength = Base64Url.GetEncodedLength(length);
        var destination = text.GetSpan(prefix.Length + encodedLength + Base64UrlBlocks.Overrun);
        prefix.CopyTo(destination);
        Base64UrlBlocks.Encode(room, length, destination[prefix.Length..]);
        text.Advance(prefix.Length + encodedLength);
    }

    /// <summary>Reads a text form, or gives <see langword="null"/> where it is none.</summary>
    public static byte[]? TryRead(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith(prefix))
        {
            return null;
        }

        var encoded = text[prefix.Length..];
        if (!Base64Url.IsValid(encoded, out var length))
        {
            return null;
        }

        var bytes = new byte[length];
        return
            Base64Url.DecodeFromUtf8(encoded, bytes, out var consumed, out var written) == OperationStatus.Done
            && consumed == encoded.Length
            && written == length
            ? bytes
            : null;
    }
}

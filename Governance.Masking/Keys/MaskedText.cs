using System.Buffers;
using System.Buffers.Text;

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

using System.Buffers;
using Governance.Masking.Methods.Normalization;

namespace Governance.Masking.Methods;

/// <summary>What methods that compare values share: the normal form, or quarantine.</summary>
internal static class NormalizedValue
{
    /// <summary>Normalizes into a buffer of <see cref="Normalizers.MaxLength"/> bytes. An empty value stays empty.</summary>
    /// <exception cref="UnmaskableValueException">It is not UTF-8, or too long.</exception>
    public static ReadOnlySpan<byte> Read(INormalizer normalizer, ReadOnlySpan<byte> plain, Span<byte> buffer)
    {
        if (normalizer.TryNormalize(plain, buffer, out var written, out var failure))
        {
            return buffer[..written];
        }

        return failure switch
        {
            NormalizationFailure.Empty => [],
            NormalizationFailure.InvalidUtf8 => throw new UnmaskableValueException(
                "value_not_utf8",
                "A text value is not UTF-8. Mend its producer, then replay."
            ),
            _ => throw new UnmaskableValueException(
                "value_too_long",
                "A value is too long for a method that compares values. Mask its column by seal or drop, then replay."
            ),
        };
    }
}

namespace Governance.Api.Features.SubjectRequests.Exporting.Age;

/// <summary>Reads Bech32, in which age writes its keys (BIP 173, without its limit of length).</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;
    private static readonly uint[] s_generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    /// <summary>The bytes; <see langword="null"/> where the text is not of this kind, or was mistyped.</summary>
    public static byte[]? TryDecode(string text, string hrp)
    {
        var lower = text.ToLowerInvariant();
        if (
            (text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower))
            || !lower.StartsWith(hrp + "1", StringComparison.Ordinal)
            || lower.Length < hrp.Length + 1 + ChecksumLength
        )
        {
            return null;
        }

        var values = lower[(hrp.Length + 1)..].Select(c => Alphabet.IndexOf(c, StringComparison.Ordinal)).ToArray();
        IEnumerable<int> expanded = [.. hrp.Select(c => c >> 5), 0, .. hrp.Select(c => c & 31), .. values];
        return values.Contains(-1) || Polymod(expanded) != 1 ? null : Regroup(values.AsSpan(..^ChecksumLength));
    }

    private static uint Polymod(IEnumerable<int> values)
    {
        uint checksum = 1;
        foreach (var value in values)
        {
            var top = checksum >> 25;
            checksum = ((checksum & 0x1ffffff) << 5) ^ (uint)value;
            for (var bit = 0; bit < s_generators.Length; bit++)
            {
                checksum ^= ((top >> bit) & 1) == 1 ? s_generators[bit] : 0;
            }
        }

        return checksum;
    }

    // From groups of five bits to bytes; what is left over must be fewer than five, and zeros.
    private static byte[]? Regroup(ReadOnlySpan<int> values)
    {
        var bytes = new List<byte>(values.Length * 5 / 8);
        var (held, bits) = (0, 0);
        foreach (var value in values)
        {
            held = ((held << 5) | value) & 0xfff;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(held >> bits));
            }
        }

        return bits >= 5 || (held & ((1 << bits) - 1)) != 0 ? null : [.. bytes];
    }
}

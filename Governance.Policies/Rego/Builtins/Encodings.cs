using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>base64.*</c>, <c>base64url.*</c>, <c>hex.*</c>, <c>urlquery.*</c>, and hashes.</summary>
internal static class Encodings
{
    public static IEnumerable<Builtin> All =>
        [
            Map("base64.encode", text => Convert.ToBase64String(Bytes(text))),
            Map("base64url.encode", text => Convert.ToBase64String(Bytes(text)).Replace('+', '-').Replace('/', '_')),
            Map("base64url.encode_no_pad", text => Base64Url.EncodeToString(Bytes(text))),
            new("base64.decode", 1, (call, values) => Decode(call, values, FromBase64)),
            new("base64url.decode", 1, (call, values) => Decode(call, values, FromBase64Url)),
            new(
                "base64.is_valid",
                1,
                (_, values) => BoolValue.Of(values[0] is StringValue text && FromBase64(text.Text) is not null)
            ),
            Map("hex.encode", text => Convert.ToHexStringLower(Bytes(text))),
            new("hex.decode", 1, (call, values) => Decode(call, values, FromHex)),
            Map("urlquery.encode", Escape),
            new("urlquery.decode", 1, DecodeQuery),
            new("urlquery.encode_object", 1, EncodeObject),
            new("urlquery.decode_object", 1, DecodeObject),
            Map("crypto.sha256", text => Convert.ToHexStringLower(SHA256.HashData(Bytes(text)))),
            Hmac("crypto.hmac.sha256", HMACSHA256.HashData),
            Hmac("crypto.hmac.sha512", HMACSHA512.HashData),
            new(
                "crypto.hmac.equal",
                2,
                (call, values) =>
                    !call.Text(values, 0, out var left, out var failed)
                    || !call.Text(values, 1, out var right, out failed)
                        ? failed
                        : BoolValue.Of(CryptographicOperations.FixedTimeEquals(Bytes(left), Bytes(right)))
            ),
        ];

    /// <summary>What Go's <c>base64.URLEncoding</c> decodes, padded or not.</summary>
    public static byte[]? FromBase64Url(string text)
    {
        if (text.Contains('+', StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal))
        {
            return null;
        }

        var padded = text.TrimEnd('=');
        padded = padded.Replace('-', '+').Replace('_', '/');
        return FromBase64(padded.PadRight((padded.Length + 3) / 4 * 4, '='));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static Builtin Map(string name, Func<string, string> map) =>
        new(
            name,
            1,
            (call, values) =>
            {
                if (!call.Text(values, 0, out var text, out var failed))
                {
                    return failed;
                }

                call.State.Charge(text.Length / 8);
                return Operands.Text(map(text));
            }
        );

    private static Builtin Hmac(string name, Func<byte[], byte[], byte[]> hash) =>
        new(
            name,
            2,
            (call, values) =>
                !call.Text(values, 0, out var text, out var failed) || !call.Text(values, 1, out var key, out failed)
                    ? failed
                    : Operands.Text(Convert.ToHexStringLower(hash(Bytes(key), Bytes(text))))
        );

    private static RegoValue? Decode(BuiltinCall call, RegoValue[] values, Func<string, byte[]?> decode)
    {
        if (!call.Text(values, 0, out var text, out var failed))
        {
            return failed;
        }

        if (decode(text) is not { } bytes)
        {
            return call.Fail("illegal base64 data, or illegal hexadecimal digits");
        }

        try
        {
            return Operands.Text(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw call.Unsupported("bytes that are no text");
        }
    }

    private static byte[]? FromBase64(string text)
    {
        // Go skips line breaks, and no other space.
        text = text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        var bytes = new byte[text.Length];
        return text.AsSpan().IndexOfAny(' ', '\t') < 0 && Convert.TryFromBase64String(text, bytes, out var length)
            ? bytes[..length]
            : null;
    }

    private static byte[]? FromHex(string text) =>
        text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;

    // Go's url.QueryEscape.
    private static string Escape(string text)
    {
        var made = new StringBuilder();
        foreach (var unit in Bytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)unit) || unit is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~')
            {
                made.Append((char)unit);
            }
            else if (unit == ' ')
            {
                made.Append('+');
            }
            else
            {
                made.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{unit:X2}");
            }
        }

        return made.ToString();
    }

    private static string? Unescape(string text)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%')
            {
                if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                {
                    return null;
                }

                bytes.Add(Convert.FromHexString(text.AsSpan(at + 1, 2))[0]);
                at += 2;
            }
            else if (text[at] == '+')
            {
                bytes.Add((byte)' ');
            }
            else
            {
                var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Bytes(text.Substring(at, length)));
                at += length - 1;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static RegoValue? DecodeQuery(BuiltinCall call, RegoValue[] values) =>
        !call.Text(values, 0, out var text, out var failed) ? failed
        : Unescape(text) is { } own ? Operands.Text(own)
        : call.Fail("invalid URL escape");

    private static RegoValue? EncodeObject(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Object(values, 0, out var map, out var failed))
        {
            return failed;
        }

        var pairs = new List<string>();
        for (var i = 0; i < map.Count; i++)
        {
            if (map.Keys[i] is not StringValue key)
            {
                return call.TypeError("operand 1 must be object with string keys");
            }

            RegoValue[]? own = map.Values[i] switch
            {
                StringValue text => [text],
                ArrayValue array => array.Items,
                SetValue set => set.Items,
                _ => null,
            };
            if (own is null || own.Any(item => item is not StringValue))
            {
                return call.TypeError("operand 1 must be object of strings, or of arrays or sets of strings");
            }

            pairs.AddRange(own.Select(item => $"{Escape(key.Text)}={Escape(((StringValue)item).Text)}"));
        }

        return Operands.Text(string.Join('&', pairs));
    }

    private static RegoValue? DecodeObject(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var text, out var failed))
        {
            return failed;
        }

        var map = new ObjectBuilder();
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var mark = pair.IndexOf('=', StringComparison.Ordinal);
            var key = Unescape(mark < 0 ? pair : pair[..mark]);
            var value = Unescape(mark < 0 ? "" : pair[(mark + 1)..]);
            if (key is null || value is null || pair.Contains(';', StringComparison.Ordinal))
            {
                return call.Fail("invalid URL escape");
            }

            call.State.Charge(1);
            var name = Operands.Text(key);
            RegoValue[] before = map.Find(name) is ArrayValue array ? array.Items : [];
            map.Set(name, new ArrayValue([.. before, Operands.Text(value)]));
        }

        return map.Build();
    }
}

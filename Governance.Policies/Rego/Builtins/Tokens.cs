using System.Text;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>io.jwt.decode</c>. It verifies nothing: signatures are the service's matter, before a policy sees the claims.</summary>
internal static class Tokens
{
    public static IEnumerable<Builtin> All => [new("io.jwt.decode", 1, Decode)];

    private static RegoValue? Decode(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var token, out var failed))
        {
            return failed;
        }

        var parts = token.Split('.');
        if (parts.Length == 1)
        {
            return call.Fail("encoded JWT had no period separators");
        }

        if (parts.Length != 3)
        {
            return call.Fail($"encoded JWT must have 3 sections, found {parts.Length}");
        }

        if (Part(parts[0]) is not { } headerText)
        {
            return call.Fail($"JWT header had invalid encoding: illegal base64 data at input byte {Illegal(parts[0])}");
        }

        if (Read(headerText) is not ObjectValue header)
        {
            return call.Fail("JWT header is not a JSON object");
        }

        if (header.Member("enc") is not null)
        {
            return call.Fail("JWT is a JWE object, which is not supported");
        }

        if (Part(parts[1]) is not { } payloadText)
        {
            return call.Fail(
                $"JWT payload had invalid encoding: illegal base64 data at input byte {Illegal(parts[1])}"
            );
        }

        if (header.Member("cty")?.AsText()?.Equals("JWT", StringComparison.OrdinalIgnoreCase) == true)
        {
            // A token in a token: what is decoded is the inner one.
            var inner = Read(payloadText) is StringValue quoted ? quoted : new StringValue(payloadText);
            call.State.Charge(1 + (token.Length / 16));
            return Decode(call, [inner]);
        }

        if (Read(payloadText) is not ObjectValue payload)
        {
            return call.Fail("type is JWT but payload is not JSON");
        }

        if (Encodings.FromBase64Url(parts[2]) is not { } signature)
        {
            return call.Fail(
                $"JWT signature had invalid encoding: illegal base64 data at input byte {Illegal(parts[2])}"
            );
        }

        call.State.Charge(token.Length / 8);
        return new ArrayValue([header, payload, Operands.Text(Convert.ToHexStringLower(signature))]);
    }

    private static string? Part(string part) =>
        Encodings.FromBase64Url(part) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static int Illegal(string part)
    {
        for (var at = 0; at < part.Length; at++)
        {
            if (!char.IsAsciiLetterOrDigit(part[at]) && part[at] is not ('-' or '_'))
            {
                return at;
            }
        }

        return part.Length;
    }

    private static RegoValue? Read(string text)
    {
        try
        {
            return RegoValue.FromJson(text);
        }
        catch (RegoJsonException)
        {
            return null;
        }
    }
}

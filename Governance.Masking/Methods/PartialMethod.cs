using System.Buffers;
using System.Globalization;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>partial</c>: a part of a value stays, <c>***</c> stands for the rest, however long. Parameter <c>keep</c>: <c>first</c> or
/// <c>last</c> (then <c>n</c>: how many characters), <c>domain</c> (of an e-mail address), <c>outward</c> (of a British postcode).
/// A value of less than 2n characters, or without the wanted form, is masked whole.
/// Keeps: the part that stays.
/// Loses: length, type, uniqueness, joins; not reversible.
/// Does not protect from: what the part itself tells (a family's own mail domain, a village's outward code); an erasure finds no
/// key to destroy.
/// </summary>
internal sealed class PartialMethod : IMaskingMethod
{
    private const int MostCharacters = 32;

    public string Name => "partial";

    public IReadOnlyList<string> Parameters { get; } = ["keep", "n"];

    public MethodTraits Traits { get; } = new(MethodStrength.PartShows) { SurvivesErasure = true };

    private static ReadOnlySpan<byte> Rest => "***"u8;

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        var keep = rule.Find("keep");
        if (keep is not ("first" or "last" or "domain" or "outward"))
        {
            yield return "partial's keep is first, last, domain or outward.";
        }
        else if (keep is "domain" or "outward")
        {
            if (rule.Find("n") is not null)
            {
                yield return $"partial has no n where keep is {keep}; remove it.";
            }
        }
        else if (Count(rule) is not (>= 1 and <= MostCharacters))
        {
            yield return $"partial's n is how many characters stay: a whole number from 1 to {MostCharacters}.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        if (target.Input.Kind is not (ScalarKind.Text or ScalarKind.Int32 or ScalarKind.Int64))
        {
            throw RuleParameters.WrongType(target, "Use generalize for numbers and dates, or redact or drop.");
        }

        return new Masker(target.Rule.Find("keep")!, Count(target.Rule));
    }

    private static int Count(MaskingRule rule) =>
        int.TryParse(rule.Find("n"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private sealed class Masker(string keep, int count) : IValueMasker
    {
        public ScalarType Output => ScalarType.Text;

        public bool NeedsSubjectKey => false;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            switch (keep)
            {
                case "first" when Characters(plain) >= 2 * count:
                    masked.Write(plain[..Length(plain, count)]);
                    masked.Write(Rest);
                    break;
                case "last" when Characters(plain) is var characters && characters >= 2 * count:
                    masked.Write(Rest);
                    masked.Write(plain[Length(plain, characters - count)..]);
                    break;
                case "domain" when Domain(plain) is { Length: > 0 } domain:
                    masked.Write(Rest);
                    masked.Write(domain);
                    break;
                case "outward":
                    WriteOutward(plain, masked);
                    break;
                default:
                    masked.Write(Rest);
                    break;
            }
        }

        // How many characters there are; -1 where the bytes are not UTF-8, so that nothing of them stays.
        private static int Characters(ReadOnlySpan<byte> plain)
        {
            var characters = 0;
            while (!plain.IsEmpty)
            {
                if (Rune.DecodeFromUtf8(plain, out _, out var consumed) != OperationStatus.Done)
                {
                    return -1;
                }

                plain = plain[consumed..];
                characters++;
            }

            return characters;
        }

        private static int Length(ReadOnlySpan<byte> plain, int characters)
        {
            var length = 0;
            for (; characters > 0; characters--)
            {
                _ = Rune.DecodeFromUtf8(plain[length..], out _, out var consumed);
                length += consumed;
            }

            return length;
        }

        private static ReadOnlySpan<byte> Domain(ReadOnlySpan<byte> plain)
        {
            var at = plain.LastIndexOf((byte)'@');
            return at > 0 && at < plain.Length - 1 && IsHost(plain[(at + 1)..]) ? plain[at..] : default;
        }

        // A quoted remark after the address must not pass as its domain.
        private static bool IsHost(ReadOnlySpan<byte> host)
        {
            foreach (var character in host)
            {
                if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'.' or (byte)'-'))
                {
                    return false;
                }
            }

            return true;
        }

        private static void WriteOutward(ReadOnlySpan<byte> plain, IBufferWriter<byte> masked)
        {
            Span<byte> code = stackalloc byte[8];
            var length = 0;
            foreach (var character in plain)
            {
                if (character == (byte)' ')
                {
                    continue;
                }

                if (length == code.Length || !char.IsAsciiLetterOrDigit((char)character))
                {
                    masked.Write(Rest);
                    return;
                }

                code[length++] = (byte)char.ToUpperInvariant((char)character);
            }

            code = code[..length];
            if (
                length is >= 5 and <= 7
                && char.IsAsciiLetter((char)code[0])
                && char.IsAsciiDigit((char)code[^3])
                && char.IsAsciiLetter((char)code[^2])
                && char.IsAsciiLetter((char)code[^1])
            )
            {
                masked.Write(code[..^3]);
                masked.Write(" "u8);
            }

            masked.Write(Rest);
        }
    }
}

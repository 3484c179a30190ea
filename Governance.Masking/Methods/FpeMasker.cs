using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>Masks the values of one column by <see cref="Ff1"/>.</summary>
/// <param name="cipher">The cipher under the domain's key.</param>
/// <param name="keyId">Which of the keyset's keys that is.</param>
/// <param name="alphabet">What is encrypted.</param>
/// <param name="kept">How many characters of the alphabet stay in front; the rest is bound to them.</param>
/// <param name="isChecked">Whether the last digit is a check digit.</param>
/// <param name="type">Text or a whole number.</param>
internal sealed class FpeMasker(Ff1 cipher, uint keyId, FpeAlphabet alphabet, int kept, bool isChecked, ScalarType type)
    : IReversibleMasker
{
    // Longer text is prose, and prose is no format.
    private const int MostCharacters = 256;

    public ScalarType Output => type;

    public bool NeedsSubjectKey => false;

    public uint? KeyId => keyId;

    public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
    {
        var fault = TryRun(plain, masked, encrypt: true);
        if (fault != Fault.None)
        {
            throw Refusal(fault);
        }
    }

    public bool TryReveal(ReadOnlySpan<byte> masked, in ValueContext context, IBufferWriter<byte> plain) =>
        TryRun(masked, plain, encrypt: false) == Fault.None;

    private static UnmaskableValueException Refusal(Fault fault) =>
        fault switch
        {
            Fault.Outside => new UnmaskableValueException(
                "fpe_outside_alphabet",
                "A value holds characters that fpe would leave plain. Widen the rule's alphabet, or mask the column by token; then replay."
            ),
            Fault.CheckDigit => new UnmaskableValueException(
                "fpe_check_digit",
                "A value's last digit is not its check digit. Mend its producer, or remove check from the rule; then replay."
            ),
            Fault.TooLong => new UnmaskableValueException(
                "value_too_long",
                "A value is too long for fpe. Mask its column by token or seal, then replay."
            ),
            _ => new UnmaskableValueException(
                "fpe_domain_too_small",
                "A value has too few characters to encrypt in its own form: all of them could be tried. Mask the column by token, then replay."
            ),
        };

    [SkipLocalsInit]
    private Fault TryRun(ReadOnlySpan<byte> value, IBufferWriter<byte> destination, bool encrypt)
    {
        if (value.Length > MostCharacters)
        {
            return Fault.TooLong;
        }

        Span<byte> room = stackalloc byte[MostCharacters];
        var fault = TryRead(value, room, out var count);
        if (fault != Fault.None)
        {
            return fault;
        }

        var numerals = room[..count];
        var end = isChecked ? count - 1 : count;
        if (end - kept < cipher.MinLength + (IsWholeNumber ? 1 : 0))
        {
            return Fault.TooShort;
        }

        if (isChecked && CheckDigits.LuhnDigit(numerals[..end]) != numerals[end])
        {
            return Fault.CheckDigit;
        }

        var output = destination.GetSpan(value.Length)[..value.Length];
        do
        {
            // Again, while it is no whole number of its type: the cycle leads back to one, at the latest to the value itself.
            Crypt(numerals[kept..end], numerals[..kept], encrypt);
            if (isChecked)
            {
                numerals[end] = CheckDigits.LuhnDigit(numerals[..end]);
            }

            Write(value, numerals, output);
        } while (IsWholeNumber && !FitsType(output));

        CryptographicOperations.ZeroMemory(numerals);
        destination.Advance(value.Length);
        return Fault.None;
    }

    private bool IsWholeNumber => type.Kind != ScalarKind.Text;

    private void Crypt(Span<byte> body, ReadOnlySpan<byte> tweak, bool encrypt)
    {
        if (encrypt)
        {
            cipher.Encrypt(tweak, body);
        }
        else
        {
            cipher.Decrypt(tweak, body);
        }
    }

    private Fault TryRead(ReadOnlySpan<byte> value, Span<byte> numerals, out int count)
    {
        count = 0;
        foreach (var character in value)
        {
            var numeral = alphabet.NumeralOf(character);
            if (numeral != FpeAlphabet.None)
            {
                numerals[count++] = numeral;
            }
            else if (!IsSeparator(character))
            {
                return Fault.Outside;
            }
        }

        return !IsWholeNumber || FitsType(value) ? Fault.None : Fault.Outside;
    }

    private void Write(ReadOnlySpan<byte> form, ReadOnlySpan<byte> numerals, Span<byte> output)
    {
        var next = 0;
        for (var index = 0; index < form.Length; index++)
        {
            output[index] =
                alphabet.NumeralOf(form[index]) == FpeAlphabet.None
                    ? form[index]
                    : alphabet.CharacterOf(numerals[next++]);
        }
    }

    // As the type itself would write it: no zero in front.
    private bool FitsType(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'-', ..] ? text[1..] : text;
        return digits is [not (byte)'0', ..]
            && (
                type.Kind == ScalarKind.Int32
                    ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                    : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            );
    }

    private static bool IsSeparator(byte character) =>
        character is >= 0x20 and < 0x7f && !char.IsAsciiLetterOrDigit((char)character);

    private enum Fault
    {
        None,
        Outside,
        TooShort,
        TooLong,
        CheckDigit,
    }
}

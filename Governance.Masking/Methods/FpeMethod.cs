using System.Globalization;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>fpe</c>: digits become other digits, letters other letters, as many as there were (FF1 of NIST SP 800-38G, under its domain's
/// key). Parameters: <c>alphabet</c>: <c>digits</c> (default), <c>upper</c>, <c>lower</c>, <c>letters</c>,
/// <c>upper_alphanumeric</c> or <c>alphanumeric</c>; <c>domain</c>, as of <c>token</c>; <c>check</c>: <c>luhn</c>, where the last digit
/// is a check digit, which is made anew; <c>keep</c>: <c>first</c> and <c>n</c>, how many characters of the alphabet stay in front
/// (a card's issuer); <c>key</c>: id of the keyset's key, default its oldest enabled one, so that a new primary changes no column.
/// Spaces and punctuation stay where they are; letters and digits outside of the alphabet are refused, for they would land plain.
/// Keeps: type, length, form (and a valid check digit), equality, so joins wherever domain, alphabet, kept part and key are the same;
/// reversible by whoever holds the domain's key. Whole numbers keep their count of digits and their sign, and fit their type.
/// Loses: order, the value itself.
/// Does not protect from: frequencies; trying all values, by whoever can have values masked: the domain may be as small as a
/// million; being taken for a real value; an erasure, because the domain's key stays. Nothing in the output tells its key, or that it
/// was altered: the key's id stands in the masked schema.
/// </summary>
internal sealed class FpeMethod : IMaskingMethod
{
    private const int MostKept = 32;

    public string Name => "fpe";

    public IReadOnlyList<string> Parameters { get; } = ["alphabet", "check", "domain", "keep", "key", "n"];

    public MethodTraits Traits { get; } =
        new(MethodStrength.DomainKey)
        {
            Type = true,
            Length = true,
            Joins = KeptAmong.All,
            Reversal = Reversal.ByDomainKey,
            SurvivesErasure = true,
        };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        if (string.IsNullOrWhiteSpace(TokenMethod.Domain(rule, column)))
        {
            yield return "fpe needs a domain: state its parameter domain, or give the column an identifier or a privacyCategory.";
        }

        var alphabet = Alphabet(rule);
        if (alphabet is null)
        {
            yield return $"fpe's alphabet is one of: {string.Join(", ", FpeAlphabet.Names)}.";
        }

        var isChecked = rule.Find("check") is not null;
        if (isChecked && rule.Find("check") is not "luhn")
        {
            yield return "fpe's check is luhn.";
        }
        else if (isChecked && alphabet is { Radix: not 10 })
        {
            yield return "fpe's check luhn is of digits; leave alphabet or check out.";
        }

        if (rule.Find("keep") is not (null or "first"))
        {
            yield return "fpe's keep is first.";
        }
        else if (rule.Find("keep") is null ? rule.Find("n") is not null : Kept(rule) is not (>= 1 and <= MostKept))
        {
            yield return $"fpe's n is how many characters stay where keep is first: a whole number from 1 to {MostKept}.";
        }

        if (rule.Find("key") is { } key && !TryReadKey(key, out _))
        {
            yield return "fpe's key is the id of one of the keyset's keys: a whole number.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        var alphabet = Alphabet(target.Rule)!;
        var isChecked = target.Rule.Find("check") is not null;
        var kept = Kept(target.Rule);
        switch (target.Input.Kind)
        {
            case ScalarKind.Text:
                break;
            case ScalarKind.Int32 or ScalarKind.Int64 when alphabet.Radix != 10 || isChecked || kept > 0:
                throw RuleParameters.WrongType(
                    target,
                    "A whole number is masked as digits, all of them: remove alphabet, check and keep, or use token."
                );
            case ScalarKind.Int32 or ScalarKind.Int64:
                break;
            default:
                throw RuleParameters.WrongType(target, "Only text and whole numbers have a form to keep; use token.");
        }

        var keyId =
            target.Rule.Find("key") is { } named && TryReadKey(named, out var id) ? id : keys.OldestEnabledKeyId;
        var cipher =
            keys.FormatKey(TokenMethod.Domain(target.Rule, target.Column)!, keyId, alphabet.Radix)
            ?? throw new MaskingRuleException(
                $"{target.Column.Path}: the keyset has no enabled key {keyId}. List its keys, and name one of them."
            );
        return new FpeMasker(cipher, keyId, alphabet, kept, isChecked, target.Input);
    }

    private static FpeAlphabet? Alphabet(MaskingRule rule) => FpeAlphabet.Find(rule.Find("alphabet") ?? "digits");

    private static int Kept(MaskingRule rule) =>
        int.TryParse(rule.Find("n"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private static bool TryReadKey(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}

using System.Buffers;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Contracts.Yaml;
using Governance.Masking.Keys;
using Governance.Masking.Methods.Scrubbing;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>scrub</c>: free text stays readable; what names or reaches a person in it becomes a mark of its kind, such as <c>[EMAIL]</c>.
/// Parameters: <c>find</c>: which kinds, separated by commas (default: all): <c>email</c>, <c>phone</c>, <c>postcode</c> (British), <c>card</c>,
/// <c>iban</c>, <c>nhs_number</c>, <c>ni_number</c>, <c>mpan</c>, and of what the same record's other columns hold <c>name</c> and
/// <c>identifier</c>; <c>region</c>: whose national phone numbers are known (default <c>GB</c>).
/// Keeps: the type (text), and every word that was not found.
/// Loses: what was found; not reversible; joins.
/// Does not protect from: everything that it does not know: names of others than the record's own people, nicknames, misspelt or spelt-out
/// numbers and addresses (<c>ada at example dot org</c>), numbers with a wrong check digit, streets, dates of birth, employers, illnesses, what a
/// story tells; letters of other alphabets that look alike; an erasure, because the rest of the text stays. Where that matters, use <c>seal</c>.
/// </summary>
internal sealed class ScrubMethod : IMaskingMethod
{
    [ThreadStatic]
    private static Scrubber? _scrubber;

    public string Name => "scrub";

    public IReadOnlyList<string> Parameters { get; } = ["find", "region"];

    public MethodTraits Traits { get; } = new(MethodStrength.PartShows) { Type = true, SurvivesErasure = true };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        foreach (var word in Wanted(rule))
        {
            if (ScrubMarks.Find(word) is null)
            {
                yield return $"scrub does not know what to find by {Words.Quote(word)}; find is a list of: {string.Join(", ", ScrubMarks.All)}."
                    + Words.DidYouMean(word, ScrubMarks.All);
            }
        }

        if (!PhoneFinder.IsRegion(Region(rule)))
        {
            yield return "scrub's region is the country whose national phone numbers are known: two capital letters of ISO 3166-1, such as GB.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        return target.Input.Kind == ScalarKind.Text
            ? new Masker(
                new ScrubWork(Wanted(target.Rule).Select(word => ScrubMarks.Find(word)!.Value), Region(target.Rule))
            )
            : throw RuleParameters.WrongType(target, "It reads free text; use generalize, seal or drop.");
    }

    private static IEnumerable<string> Wanted(MaskingRule rule) =>
        rule.Find("find") is { } words ? words.Split(',', StringSplitOptions.TrimEntries) : ScrubMarks.All;

    private static string Region(MaskingRule rule) => rule.Find("region") ?? PhoneFinder.DefaultRegion;

    private sealed class Masker(ScrubWork work) : IValueMasker
    {
        public ScalarType Output => ScalarType.Text;

        public bool NeedsSubjectKey => false;

        public bool ReadsRecord { get; } = work.Finds(ScrubMark.Name) || work.Finds(ScrubMark.Identifier);

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked) =>
            (_scrubber ??= new Scrubber()).Scrub(plain, context.Known, work, masked);
    }
}

using System.Buffers;
using System.Globalization;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>dateshift</c>: a subject's dates all move by the same number of whole days, which is derived from the subject's own key: from 1 to
/// <c>days</c> (default 182) to either side, never 0. Parameter <c>under</c>, as of <c>seal</c>. Takes dates, timestamps, and text that holds
/// an ISO 8601 date (<c>1984-07-23</c>, <c>1984-07-23T08:15:00Z</c>); what is no date in the years 1 to 9999, before or after, is refused.
/// Keeps: type; within one subject the intervals and the order (also across columns and datasets, where <c>days</c> and the identifier's domain
/// are the same); the time of day.
/// Loses: the date; order and equality across subjects; not reversible (who holds the subject's key could work the shift out).
/// Does not protect from: knowing the season or the year roughly (a date is within <c>days</c> of what is shown, after an erasure too); one
/// known date of a person, which tells all others of that person; patterns that name somebody (births, weekly visits).
/// </summary>
internal sealed class DateShiftMethod : IMaskingMethod
{
    private const int DefaultDays = 182;
    private const int MostDays = 3650;

    public string Name => "dateshift";

    public IReadOnlyList<string> Parameters { get; } = ["days", "under"];

    public MethodTraits Traits { get; } =
        new(MethodStrength.PartShows)
        {
            Type = true,
            Length = true,
            Order = KeptAmong.OneSubject,
            Joins = KeptAmong.OneSubject,
            UnderSubject = true,
            SurvivesErasure = true,
        };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        if (Days(rule) is not (>= 1 and <= MostDays))
        {
            yield return $"dateshift's days is how far a date moves at most: a whole number from 1 to {MostDays}, such as {DefaultDays}.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        if (
            target.Input.Kind
            is not (ScalarKind.Date or ScalarKind.Timestamp or ScalarKind.LocalTimestamp or ScalarKind.Text)
        )
        {
            throw RuleParameters.WrongType(
                target,
                "Use it for dates, timestamps, and text that holds ISO dates; use generalize for numbers."
            );
        }

        return target.SubjectDomain.Length > 0
            ? new Masker(target.Input, Days(target.Rule))
            : throw new MaskingRuleException(
                $"{target.Column.Path}: dateshift needs a subject's key, and the dataset names no subject. State the dataset's subject or the parameter under, or use generalize or drop."
            );
    }

    private static int Days(MaskingRule rule) =>
        rule.Find("days") is not { } text ? DefaultDays
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days
        : 0;

    private sealed class Masker(ScalarType type, int days) : IValueMasker
    {
        // Of the days too: with another limit the shift is another one altogether, and tells nothing of this one.
        private readonly byte[] _label = SubjectKey.DerivationLabel(
            "dateshift",
            days.ToString(CultureInfo.InvariantCulture)
        );

        public ScalarType Output => type;

        public bool NeedsSubjectKey => true;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            var key = context.RequiredSubjectKey;
            if (!IsoDate.TryRead(plain, out var date) || !IsWhole(plain[IsoDate.Length..]))
            {
                throw new UnmaskableValueException(
                    "value_not_a_date",
                    "A value is no ISO 8601 date (yyyy-MM-dd, a time may follow). Mend its producer, or mask its column by seal or drop, then replay."
                );
            }

            var shifted = date.DayNumber + Shift(key);
            if (shifted < DateOnly.MinValue.DayNumber || shifted > DateOnly.MaxValue.DayNumber)
            {
                throw new UnmaskableValueException(
                    EventFaults.ValueOutOfRange,
                    "A date would move out of the years 1 to 9999. Mask its column by seal or drop, then replay."
                );
            }

            IsoDate.Write(DateOnly.FromDayNumber(shifted), masked);
            masked.Write(plain[IsoDate.Length..]);
        }

        // 128 bits over at most 7300 shifts: each is as likely as any other but for one part in 2^115.
        private int Shift(SubjectKey key)
        {
            var shift = (int)(key.Derive(_label) % (uint)(2 * days)) - days;
            return shift < 0 ? shift : shift + 1;
        }

        private bool IsWhole(ReadOnlySpan<byte> time) =>
            type.Kind == ScalarKind.Date ? time.IsEmpty : time.IsEmpty || IsoDate.IsTime(time);
    }
}

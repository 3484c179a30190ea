using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>
/// <c>generalize</c>: a value becomes a coarser one. Numbers: <c>bucket</c>, the width of a step; the value becomes its step's lower
/// end, of the same type. Dates and times: <c>to</c>: <c>decade</c>, <c>year</c>, <c>month</c>, and for timestamps <c>day</c> and <c>hour</c>;
/// the value becomes the period's start, of the same type. Whole numbers such as ages: <c>bands</c>, the bands' lower ends in rising order
/// (<c>18,35,65</c>); the value becomes text: <c>&lt;18</c>, <c>18-34</c>, <c>35-64</c>, <c>65+</c>. Dates, such as of birth: <c>bands</c> of
/// their years (<c>1946,1965,1981</c>), not of ages: an age is another one tomorrow, and a landed value stays.
/// Keeps: order; type (but of bands).
/// Loses: the exact value; not reversible.
/// Does not protect from: rare values (one person over 100), or several generalized columns together naming one person.
/// </summary>
internal sealed class GeneralizeMethod : IMaskingMethod
{
    public string Name => "generalize";

    public IReadOnlyList<string> Parameters { get; } = ["bucket", "to", "bands"];

    public MethodTraits Traits { get; } =
        new(MethodStrength.PartShows)
        {
            Type = true,
            Order = KeptAmong.All,
            SurvivesErasure = true,
        };

    public IEnumerable<string> Validate(MaskingRule rule, Column column)
    {
        if (Parameters.Count(rule.Parameters.ContainsKey) != 1)
        {
            yield return "generalize needs exactly one of: bucket (numbers, such as 10), to (dates and times, such as month), bands (ages or years, such as 18,35,65).";
        }

        if (rule.Find("bucket") is not null && Bucket(rule) <= 0)
        {
            yield return "generalize's bucket is the width of a step: a number above 0, such as 5 or 0.5.";
        }

        if (rule.Find("to") is not (null or "hour" or "day" or "month" or "year" or "decade"))
        {
            yield return "generalize's to is decade, year, month, day or hour.";
        }

        if (rule.Find("bands") is not null && Bands(rule).Length == 0)
        {
            yield return "generalize's bands are whole numbers from 0 in rising order, such as 18,35,65.";
        }

        foreach (var fault in RuleParameters.Unknown(rule, Parameters))
        {
            yield return fault;
        }
    }

    public IValueMasker Compile(MaskingTarget target, TenantKeys keys)
    {
        RuleParameters.Check(this, target);
        var kind = target.Input.Kind;
        if (target.Rule.Find("to") is { } period)
        {
            return (kind, period) switch
            {
                (ScalarKind.Date, "month" or "year" or "decade") => new PeriodMasker(target.Input, period),
                (ScalarKind.Date, _) => throw RuleParameters.WrongType(
                    target,
                    "A date is generalized to month, year or decade."
                ),
                (ScalarKind.Timestamp or ScalarKind.LocalTimestamp, _) => new PeriodMasker(target.Input, period),
                _ => throw RuleParameters.WrongType(target, "Only dates and timestamps have periods."),
            };
        }

        if (target.Rule.Find("bands") is not null)
        {
            return kind is ScalarKind.Int32 or ScalarKind.Int64 or ScalarKind.Date
                ? new BandMasker(Bands(target.Rule), ofYears: kind == ScalarKind.Date)
                : throw RuleParameters.WrongType(target, "Only whole numbers and dates have bands.");
        }

        var bucket = Bucket(target.Rule);
        return kind switch
        {
            ScalarKind.Int32 or ScalarKind.Int64 when !decimal.IsInteger(bucket) => throw RuleParameters.WrongType(
                target,
                "The bucket of a whole number is a whole number."
            ),
            ScalarKind.Int32 or ScalarKind.Int64 => new BucketMasker(target.Input, bucket),
            ScalarKind.Decimal when bucket.Scale > target.Input.Scale => throw RuleParameters.WrongType(
                target,
                "The bucket has more digits after the point than the value."
            ),
            ScalarKind.Decimal => new BucketMasker(target.Input, bucket),
            ScalarKind.Float or ScalarKind.Double => new FloatingBucketMasker(target.Input, (double)bucket),
            _ => throw RuleParameters.WrongType(target, "Only numbers have buckets."),
        };
    }

    private static decimal Bucket(MaskingRule rule) =>
        decimal.TryParse(
            rule.Find("bucket"),
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var bucket
        )
            ? bucket
            : 0;

    private static long[] Bands(MaskingRule rule)
    {
        var bands = new List<long>();
        foreach (var text in (rule.Find("bands") ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (
                !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var band)
                || (bands.Count > 0 && band <= bands[^1])
            )
            {
                return [];
            }

            bands.Add(band);
        }

        return [.. bands];
    }

    private static UnmaskableValueException OutOfRange() =>
        new(
            "value_out_of_range",
            "A value is outside the range that generalize can step. Mask its column by seal or drop, then replay."
        );

    private sealed class BucketMasker(ScalarType type, decimal bucket) : IValueMasker
    {
        public ScalarType Output => type;

        public bool NeedsSubjectKey => false;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            if (!decimal.TryParse(plain, NumberStyles.Number, CultureInfo.InvariantCulture, out var value))
            {
                throw OutOfRange();
            }

            decimal lower;
            try
            {
                lower = decimal.Floor(value / bucket) * bucket;
            }
            catch (OverflowException)
            {
                throw OutOfRange();
            }

            // A division that was rounded must not lift the value into the next step.
            if (lower > value)
            {
                lower -= bucket;
            }

            if (!Fits(lower))
            {
                throw OutOfRange();
            }

            Span<char> format = stackalloc char[4];
            _ = format.TryWrite(CultureInfo.InvariantCulture, $"F{type.Scale}", out var length);
            var destination = masked.GetSpan(64);
            _ = lower.TryFormat(destination, out var written, format[..length], CultureInfo.InvariantCulture);
            masked.Advance(written);
        }

        private bool Fits(decimal lower) =>
            type.Kind switch
            {
                ScalarKind.Int32 => lower is >= int.MinValue and <= int.MaxValue,
                ScalarKind.Int64 => lower is >= long.MinValue and <= long.MaxValue,
                // The lower end of a negative value's step can have one digit more than the type holds.
                _ => type.Precision - type.Scale is var digits
                    && (digits >= 28 || decimal.Abs(lower) < PowerOfTen(digits)),
            };

        private static decimal PowerOfTen(int exponent)
        {
            var power = 1m;
            for (; exponent > 0; exponent--)
            {
                power *= 10;
            }

            return power;
        }
    }

    private sealed class FloatingBucketMasker(ScalarType type, double bucket) : IValueMasker
    {
        public ScalarType Output => type;

        public bool NeedsSubjectKey => false;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            if (!double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                throw OutOfRange();
            }

            // NaN and the infinities are steps of their own.
            var lower = double.IsFinite(value) ? Math.Floor(value / bucket) * bucket : value;
            if (double.IsFinite(value) && !double.IsFinite(lower))
            {
                throw OutOfRange();
            }

            var destination = masked.GetSpan(64);
            int written;
            _ =
                type.Kind == ScalarKind.Float
                    ? ((float)lower).TryFormat(destination, out written, default, CultureInfo.InvariantCulture)
                    : lower.TryFormat(destination, out written, default, CultureInfo.InvariantCulture);
            masked.Advance(written);
        }
    }

    private sealed class BandMasker : IValueMasker
    {
        private readonly long[] _bands;
        private readonly byte[][] _names;
        private readonly bool _ofYears;

        public BandMasker(long[] bands, bool ofYears)
        {
            _ofYears = ofYears;
            _bands = bands;
            var names = bands
                .Zip(bands.Skip(1), (lower, next) => lower == next - 1 ? $"{lower}" : $"{lower}-{next - 1}")
                .Prepend($"<{bands[0]}")
                .Append($"{bands[^1]}+");
            _names = [.. names.Select(Encoding.UTF8.GetBytes)];
        }

        public ScalarType Output => ScalarType.Text;

        public bool NeedsSubjectKey => false;

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            var value = _ofYears ? Year(plain) : Number(plain);
            var band = 0;
            while (band < _bands.Length && _bands[band] <= value)
            {
                band++;
            }

            masked.Write(_names[band]);
        }

        private static long Year(ReadOnlySpan<byte> plain) =>
            plain.Length == IsoDate.Length && IsoDate.TryRead(plain, out var date) ? date.Year : throw OutOfRange();

        private static long Number(ReadOnlySpan<byte> plain) =>
            Utf8Parser.TryParse(plain, out long value, out var consumed) && consumed == plain.Length
                ? value
                : throw OutOfRange();
    }

    // Works on the text form: yyyy-MM-dd, then for timestamps THH:mm:ss.ffffff and perhaps Z.
    private sealed class PeriodMasker(ScalarType type, string period) : IValueMasker
    {
        private const int DecadeLength = 3;

        private readonly int _kept = period switch
        {
            "decade" => DecadeLength,
            "year" => 4,
            "month" => 7,
            "day" => 10,
            _ => 13,
        };

        public ScalarType Output => type;

        public bool NeedsSubjectKey => false;

        private ReadOnlySpan<byte> Start =>
            type.Kind switch
            {
                ScalarKind.Date => "0000-01-01"u8,
                ScalarKind.Timestamp => "0000-01-01T00:00:00.000000Z"u8,
                _ => "0000-01-01T00:00:00.000000"u8,
            };

        public void Mask(ReadOnlySpan<byte> plain, in ValueContext context, IBufferWriter<byte> masked)
        {
            var start = Start;

            // Also years beyond 9999, and before our era: their text has another form.
            if (plain.Length != start.Length || !HasForm(plain, start))
            {
                throw OutOfRange();
            }

            masked.Write(plain[.._kept]);
            var rest = _kept;
            if (rest == DecadeLength)
            {
                // There is no year 0: the first decade begins with the year 1.
                masked.Write(plain.StartsWith("000"u8) ? "1"u8 : "0"u8);
                rest++;
            }

            masked.Write(start[rest..]);
        }

        private static bool HasForm(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> start)
        {
            for (var index = 0; index < start.Length; index++)
            {
                if (
                    char.IsAsciiDigit((char)start[index])
                        ? !char.IsAsciiDigit((char)plain[index])
                        : plain[index] != start[index]
                )
                {
                    return false;
                }
            }

            return true;
        }
    }
}

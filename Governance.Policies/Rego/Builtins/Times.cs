using System.Numerics;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary><c>time.*</c>: nanoseconds since 1970, within 64 bits.</summary>
internal static class Times
{
    private const long Second = 1_000_000_000;
    private const string TooBig = "timestamp too big";
    private const string OutOfRange = "time outside of valid range";

    public static IEnumerable<Builtin> All =>
        [
            new("time.now_ns", 0, (call, _) => call.State.Now),
            new(
                "time.parse_rfc3339_ns",
                1,
                (call, values) =>
                    call.Text(values, 0, out var text, out var failed)
                        ? Parsed(call, GoTime.Parse("2006-01-02T15:04:05Z07:00", text))
                        : failed
            ),
            new(
                "time.parse_ns",
                2,
                (call, values) =>
                    !call.Text(values, 0, out var layout, out var failed)
                    || !call.Text(values, 1, out var text, out failed)
                        ? failed
                        : Parsed(call, GoTime.Parse(GoTime.Named(layout), text))
            ),
            new("time.parse_duration_ns", 1, ParseDuration),
            new("time.date", 1, (call, values) => Read(call, values, time => Numbers(time.Year, time.Month, time.Day))),
            new(
                "time.clock",
                1,
                (call, values) => Read(call, values, time => Numbers(time.Hour, time.Minute, time.Seconds))
            ),
            new(
                "time.weekday",
                1,
                (call, values) => Read(call, values, time => new StringValue(time.Weekday.ToString()))
            ),
            new("time.add_date", 4, AddDate),
            new("time.diff", 2, Difference),
            new("time.format", 1, Format),
        ];

    private static ArrayValue Numbers(params int[] numbers) =>
        new([.. numbers.Select(number => NumberValue.Of(number))]);

    private static RegoValue? Parsed(BuiltinCall call, BigInteger? time) =>
        time is not { } own ? call.Fail("the text does not fit the layout")
        : own < long.MinValue || own > long.MaxValue ? call.Fail(OutOfRange)
        : NumberValue.Of(own);

    private static RegoValue? Read(BuiltinCall call, RegoValue[] values, Func<GoTime, RegoValue> compute) =>
        Instant(call, values[0], 1, out var time, out _, out var failed) ? compute(time) : failed;

    private static bool Instant(
        BuiltinCall call,
        RegoValue operand,
        int position,
        out GoTime time,
        out string? layout,
        out RegoValue? failed
    )
    {
        (time, layout, failed) = (default, null, null);
        var (moment, zone) = (operand, "UTC");
        if (operand is ArrayValue { Items.Length: > 0 } array)
        {
            moment = array.Items[0];
            if (array.Items.Length > 1)
            {
                if (array.Items[1] is not StringValue own)
                {
                    failed = call.TypeError(
                        $"operand {position} must be string but got {BuiltinCall.NameOf(array.Items[1])}"
                    );
                    return false;
                }

                zone = own.Text.Length == 0 ? "UTC" : own.Text;
            }

            layout = array.Items.Length > 2 ? array.Items[2].AsText() : null;
        }

        if (moment is not NumberValue number)
        {
            failed = call.Mismatch(position, "one of {number, array[number, string]}", operand);
            return false;
        }

        if (!number.IsInteger || !number.IsInt64)
        {
            failed = number.IsInteger
                ? call.Fail(TooBig)
                : call.TypeError($"operand {position} must be integer number but got floating-point number");
            return false;
        }

        if (zone == "Local")
        {
            throw call.Unsupported("the machine's own time zone");
        }

        try
        {
            time = new GoTime(
                number.Int64,
                zone == "UTC" ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(zone)
            );
            return true;
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            failed = call.Fail($"unknown time zone {zone}");
            return false;
        }
    }

    private static RegoValue? Format(BuiltinCall call, RegoValue[] values) =>
        Instant(call, values[0], 1, out var time, out var layout, out var failed)
            ? GoTime.Write(GoTime.Named(layout ?? "2006-01-02T15:04:05.999999999Z07:00"), time) is { } text
                ? Operands.Text(text)
                : throw call.Unsupported("this layout")
            : failed;

    private static RegoValue? AddDate(BuiltinCall call, RegoValue[] values)
    {
        if (
            !Instant(call, values[0], 1, out var time, out _, out var failed)
            || !call.Count(values, 1, out var years, out failed)
            || !call.Count(values, 2, out var months, out failed)
            || !call.Count(values, 3, out var days, out failed)
        )
        {
            return failed;
        }

        var made = time.AddDate(years, months, days);
        return made is not { } own || own < long.MinValue || own > long.MaxValue
            ? call.Fail(OutOfRange)
            : NumberValue.Of(own);
    }

    private static RegoValue? Difference(BuiltinCall call, RegoValue[] values)
    {
        if (
            !Instant(call, values[0], 1, out var one, out _, out var failed)
            || !Instant(call, values[1], 2, out var other, out _, out failed)
        )
        {
            return failed;
        }

        // In the first one's zone.
        other = new GoTime(other.Nanoseconds, one.Zone);
        if (one.Nanoseconds > other.Nanoseconds)
        {
            (one, other) = (other, one);
        }

        var year = other.Year - one.Year;
        var month = other.Month - one.Month;
        var day = other.Day - one.Day;
        var hour = other.Hour - one.Hour;
        var minute = other.Minute - one.Minute;
        var second = other.Seconds - one.Seconds;
        Borrow(ref second, ref minute, 60);
        Borrow(ref minute, ref hour, 60);
        Borrow(ref hour, ref day, 24);
        if (day < 0)
        {
            day += DateTime.DaysInMonth(one.Year, one.Month);
            month--;
        }

        Borrow(ref month, ref year, 12);
        return Numbers(year, month, day, hour, minute, second);
    }

    private static void Borrow(ref int part, ref int next, int size)
    {
        if (part < 0)
        {
            part += size;
            next--;
        }
    }

    private static RegoValue? ParseDuration(BuiltinCall call, RegoValue[] values)
    {
        if (!call.Text(values, 0, out var text, out var failed))
        {
            return failed;
        }

        var at = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        if (text[at..] == "0")
        {
            return NumberValue.Of(0);
        }

        BigInteger total = 0;
        var seen = false;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            {
                at++;
            }

            var number = ExactDecimal.Parse(text[start..at]);
            var unitStart = at;
            while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.')
            {
                at++;
            }

            BigInteger? unit = text[unitStart..at] switch
            {
                "ns" => 1,
                "us" or "\u00b5s" or "\u03bcs" => 1000,
                "ms" => 1_000_000,
                "s" => Second,
                "m" => 60 * Second,
                "h" => 3600 * Second,
                _ => null,
            };
            if (number is not { } own || unit is not { } nanoseconds)
            {
                return call.Fail("time: invalid duration");
            }

            seen = true;
            var part = new ExactDecimal(own.Mantissa * nanoseconds, own.Exponent);
            total += part.IsInteger
                ? part.ToInteger()
                : BigInteger.Divide(part.Mantissa, BigInteger.Pow(10, -part.Exponent));
        }

        total = text.StartsWith('-') ? -total : total;
        return !seen || total < long.MinValue || total > long.MaxValue
            ? call.Fail("time: invalid duration")
            : NumberValue.Of(total);
    }
}

using System.Globalization;
using System.Numerics;
using System.Text;

namespace Governance.Policies.Rego.Builtins;

/// <summary>A time in a zone, and Go's layouts: the form of <c>Mon Jan 2 15:04:05 MST 2006</c>.</summary>
internal readonly struct GoTime
{
    private const long Second = 1_000_000_000;

    // The longest come first, where one begins with another.
    private static readonly string[] Parts =
    [
        "January",
        "Monday",
        "Z07:00",
        "-07:00",
        "Z0700",
        "-0700",
        "2006",
        "Jan",
        "Mon",
        "MST",
        "-07",
        "002",
        "15",
        "01",
        "02",
        "03",
        "04",
        "05",
        "06",
        "_2",
        "PM",
        "pm",
        "1",
        "2",
        "3",
        "4",
        "5",
    ];

    private static readonly Dictionary<string, string> Layouts = new(StringComparer.Ordinal)
    {
        ["ANSIC"] = "Mon Jan _2 15:04:05 2006",
        ["UnixDate"] = "Mon Jan _2 15:04:05 MST 2006",
        ["RubyDate"] = "Mon Jan 02 15:04:05 -0700 2006",
        ["RFC822"] = "02 Jan 06 15:04 MST",
        ["RFC822Z"] = "02 Jan 06 15:04 -0700",
        ["RFC850"] = "Monday, 02-Jan-06 15:04:05 MST",
        ["RFC1123"] = "Mon, 02 Jan 2006 15:04:05 MST",
        ["RFC1123Z"] = "Mon, 02 Jan 2006 15:04:05 -0700",
        ["RFC3339"] = "2006-01-02T15:04:05Z07:00",
        ["RFC3339Nano"] = "2006-01-02T15:04:05.999999999Z07:00",
    };

    private readonly DateTime local;
    private readonly TimeSpan offset;

    public GoTime(long nanoseconds, TimeZoneInfo zone)
    {
        Nanoseconds = nanoseconds;
        Zone = zone;
        var seconds = Math.DivRem(nanoseconds, Second, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += Second;
        }

        Fraction = (int)rest;
        var utc = DateTime.UnixEpoch.AddSeconds(seconds);
        offset = zone.GetUtcOffset(utc);
        local = utc + offset;
    }

    public long Nanoseconds { get; }
    public TimeZoneInfo Zone { get; }
    public int Fraction { get; }
    public int Year => local.Year;
    public int Month => local.Month;
    public int Day => local.Day;
    public int Hour => local.Hour;
    public int Minute => local.Minute;

    public int Seconds => local.Second;
    public DayOfWeek Weekday => local.DayOfWeek;

    public static string Named(string layout) => Layouts.GetValueOrDefault(layout, layout);

    /// <summary>Years, months and days later: a day too many runs over into the next month. Null where there is no such time.</summary>
    public BigInteger? AddDate(int years, int months, int days)
    {
        var month = ((long)Year * 12) + Month - 1 + months + ((long)years * 12);
        if (month < 12 || month / 12 > 9999)
        {
            return null;
        }

        try
        {
            var first = new DateTime((int)(month / 12), (int)(month % 12) + 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
            var moved = first.AddDays((double)Day - 1 + days) + local.TimeOfDay;
            return Utc(moved, Zone.GetUtcOffset(DateTime.SpecifyKind(moved, DateTimeKind.Unspecified)), Fraction);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Writes a time; null where the layout holds what is not supported.</summary>
    public static string? Write(string layout, GoTime time)
    {
        var text = new StringBuilder();
        for (var at = 0; at < layout.Length; )
        {
            if (FractionAt(layout, at) is { } length)
            {
                var digits = time.Fraction.ToString("D9", CultureInfo.InvariantCulture)[..(length - 1)];
                if (layout[at + 1] == '9')
                {
                    digits = digits.TrimEnd('0');
                }

                text.Append(digits.Length == 0 ? "" : layout[at] + digits);
                at += length;
                continue;
            }

            if (PartAt(layout, at) is not { } part)
            {
                text.Append(layout[at++]);
                continue;
            }

            at += part.Length;
            if (WritePart(part, time) is not { } written)
            {
                return null;
            }

            text.Append(written);
        }

        return text.ToString();
    }

    /// <summary>Reads a time; null where the text does not fit.</summary>
    public static BigInteger? Parse(string layout, string text)
    {
        var read = new Reading();
        var at = 0;
        for (var place = 0; place < layout.Length; )
        {
            if (FractionAt(layout, place) is { } length)
            {
                place += length;
                if (!ReadFraction(text, ref at, ref read))
                {
                    return null;
                }

                continue;
            }

            if (PartAt(layout, place) is { } part)
            {
                place += part.Length;
                if (!Read(part, text, ref at, ref read))
                {
                    return null;
                }

                // A fraction may follow the seconds also where the layout has none.
                if (
                    part is "05" or "5"
                    && FractionAt(layout, place) is null
                    && at < text.Length
                    && text[at] is '.' or ','
                )
                {
                    if (!ReadFraction(text, ref at, ref read))
                    {
                        return null;
                    }
                }

                continue;
            }

            if (at >= text.Length || text[at] != layout[place])
            {
                return null;
            }

            at++;
            place++;
        }

        return at == text.Length ? read.Time() : null;
    }

    private static string? PartAt(string layout, int at)
    {
        foreach (var part in Parts)
        {
            if (string.CompareOrdinal(layout, at, part, 0, part.Length) != 0)
            {
                continue;
            }

            // "Jan" in "Janet" is a name, not a month; _2006 is an underscore and the year.
            if (part is "Jan" or "Mon" && at + 3 < layout.Length && char.IsAsciiLetterLower(layout[at + 3]))
            {
                continue;
            }

            if (part == "_2" && string.CompareOrdinal(layout, at, "_2006", 0, 5) == 0)
            {
                continue;
            }

            return part;
        }

        return null;
    }

    private static int? FractionAt(string layout, int at)
    {
        if (layout[at] is not ('.' or ',') || at + 1 >= layout.Length || layout[at + 1] is not ('0' or '9'))
        {
            return null;
        }

        var end = at + 1;
        while (end < layout.Length && layout[end] == layout[at + 1])
        {
            end++;
        }

        return (end < layout.Length && char.IsAsciiDigit(layout[end])) || end - at > 10 ? null : end - at;
    }

    private static string? WritePart(string part, GoTime time)
    {
        var hour = time.Hour % 12 == 0 ? 12 : time.Hour % 12;
        return part switch
        {
            "January" => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(time.Month),
            "Jan" => CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(time.Month),
            "Monday" => time.Weekday.ToString(),
            "Mon" => time.Weekday.ToString()[..3],
            "2006" => Digits(time.Year, 4),
            "06" => Digits(time.Year % 100, 2),
            "01" => Digits(time.Month, 2),
            "1" => Digits(time.Month, 1),
            "02" => Digits(time.Day, 2),
            "_2" => Digits(time.Day, 1).PadLeft(2),
            "2" => Digits(time.Day, 1),
            "002" => Digits(time.local.DayOfYear, 3),
            "15" => Digits(time.Hour, 2),
            "03" => Digits(hour, 2),
            "3" => Digits(hour, 1),
            "04" => Digits(time.Minute, 2),
            "4" => Digits(time.Minute, 1),
            "05" => Digits(time.local.Second, 2),
            "5" => Digits(time.local.Second, 1),
            "PM" => time.Hour >= 12 ? "PM" : "AM",
            "pm" => time.Hour >= 12 ? "pm" : "am",
            "MST" => time.Zone.Equals(TimeZoneInfo.Utc) ? "UTC" : null,
            "Z07:00" or "Z0700" when time.offset == TimeSpan.Zero => "Z",
            "Z07:00" or "-07:00" => Offset(time.offset, ":"),
            "Z0700" or "-0700" => Offset(time.offset, ""),
            "-07" => Offset(time.offset, null),
            _ => null,
        };
    }

    private static string Digits(int number, int least) => number.ToString("D" + least, CultureInfo.InvariantCulture);

    private static string Offset(TimeSpan offset, string? between)
    {
        var own = offset.Duration();
        return (offset < TimeSpan.Zero ? "-" : "+")
            + Digits(own.Hours, 2)
            + (between is null ? "" : between + Digits(own.Minutes, 2));
    }

    private static bool ReadFraction(string text, ref int at, ref Reading read)
    {
        if (at >= text.Length || text[at] is not ('.' or ','))
        {
            return true;
        }

        var start = ++at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at == start)
        {
            return false;
        }

        read.Fraction = int.Parse(text[start..at].PadRight(9, '0').AsSpan(0, 9), CultureInfo.InvariantCulture);
        return true;
    }

    private static bool Read(string part, string text, ref int at, ref Reading read)
    {
        switch (part)
        {
            case "January":
                return ReadName(
                    CultureInfo.InvariantCulture.DateTimeFormat.MonthNames,
                    text,
                    ref at,
                    out read.Month,
                    1
                );
            case "Jan":
                return ReadName(
                    CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames,
                    text,
                    ref at,
                    out read.Month,
                    1
                );
            case "Monday":
                return ReadName(CultureInfo.InvariantCulture.DateTimeFormat.DayNames, text, ref at, out _, 0);
            case "Mon":
                return ReadName(
                    CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedDayNames,
                    text,
                    ref at,
                    out _,
                    0
                );
            case "2006":
                return ReadNumber(text, ref at, 4, 4, out read.Year);
            case "06":
                var two = ReadNumber(text, ref at, 2, 2, out read.Year);
                read.Year += read.Year >= 69 ? 1900 : 2000;
                return two;
            case "01":
                return ReadNumber(text, ref at, 2, 2, out read.Month);
            case "1":
                return ReadNumber(text, ref at, 1, 2, out read.Month);
            case "02":
                return ReadNumber(text, ref at, 2, 2, out read.Day);
            case "_2" or "2":
                if (part == "_2" && at < text.Length && text[at] == ' ')
                {
                    at++;
                }

                return ReadNumber(text, ref at, 1, 2, out read.Day);
            case "15":
                return ReadNumber(text, ref at, 1, 2, out read.Hour);
            case "03":
                read.IsTwelve = true;
                return ReadNumber(text, ref at, 2, 2, out read.Hour);
            case "3":
                read.IsTwelve = true;
                return ReadNumber(text, ref at, 1, 2, out read.Hour);
            case "04":
                return ReadNumber(text, ref at, 2, 2, out read.Minute);
            case "4":
                return ReadNumber(text, ref at, 1, 2, out read.Minute);
            case "05":
                return ReadNumber(text, ref at, 2, 2, out read.Second);
            case "5":
                return ReadNumber(text, ref at, 1, 2, out read.Second);
            case "PM" or "pm":
                var half = at + 2 <= text.Length ? text.Substring(at, 2) : "";
                at += 2;
                read.IsAfternoon = half.Equals("pm", StringComparison.OrdinalIgnoreCase);
                return half == part || half == (part == "PM" ? "AM" : "am");
            case "Z07:00" or "Z0700" when at < text.Length && text[at] == 'Z':
                at++;
                return true;
            case "Z07:00" or "-07:00":
                return ReadOffset(text, ref at, ":", ref read);
            case "Z0700" or "-0700":
                return ReadOffset(text, ref at, "", ref read);
            case "-07":
                return ReadOffset(text, ref at, null, ref read);
            case "MST":
                var utc = string.CompareOrdinal(text, at, "UTC", 0, 3) == 0;
                at += 3;
                return utc;
            default:
                return false;
        }
    }

    private static bool ReadName(string[] names, string text, ref int at, out int index, int first)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (
                names[i].Length > 0
                && string.Compare(text, at, names[i], 0, names[i].Length, StringComparison.OrdinalIgnoreCase) == 0
            )
            {
                at += names[i].Length;
                index = i + first;
                return true;
            }
        }

        index = 0;
        return false;
    }

    private static bool ReadNumber(string text, ref int at, int least, int most, out int number)
    {
        var start = at;
        while (at < text.Length && at - start < most && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        number = 0;
        return at - start >= least
            && int.TryParse(
                text.AsSpan(start, at - start),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out number
            );
    }

    private static bool ReadOffset(string text, ref int at, string? between, ref Reading read)
    {
        if (at >= text.Length || text[at] is not ('+' or '-'))
        {
            return false;
        }

        var sign = text[at++] == '-' ? -1 : 1;
        if (!ReadNumber(text, ref at, 2, 2, out var hours))
        {
            return false;
        }

        var minutes = 0;
        if (between is not null)
        {
            if (string.CompareOrdinal(text, at, between, 0, between.Length) != 0)
            {
                return false;
            }

            at += between.Length;
            if (!ReadNumber(text, ref at, 2, 2, out minutes))
            {
                return false;
            }
        }

        read.Offset = new TimeSpan(hours, minutes, 0) * sign;
        return hours <= 24 && minutes < 60;
    }

    private static BigInteger Utc(DateTime moved, TimeSpan offset, int fraction) =>
        (new BigInteger((moved - DateTime.UnixEpoch - offset).Ticks / TimeSpan.TicksPerSecond) * Second) + fraction;

    private struct Reading()
    {
        public int Year;
        public int Month = 1;
        public int Day = 1;
        public int Hour;
        public int Minute;
        public int Second;
        public int Fraction;
        public bool IsTwelve;
        public bool? IsAfternoon;
        public TimeSpan Offset;

        public readonly BigInteger? Time()
        {
            var hour = Hour;
            if (IsTwelve && hour is < 0 or > 12)
            {
                return null;
            }

            if (IsAfternoon == true && hour < 12)
            {
                hour += 12;
            }
            else if (IsAfternoon == false && hour == 12)
            {
                hour = 0;
            }

            if (
                Year is < 1 or > 9999
                || Month is < 1 or > 12
                || Day < 1
                || Day > DateTime.DaysInMonth(Year, Month)
                || hour > 23
                || Minute > 59
                || Second > 59
            )
            {
                return null;
            }

            return Utc(
                new DateTime(Year, Month, Day, hour, Minute, Second, DateTimeKind.Unspecified),
                Offset,
                Fraction
            );
        }
    }
}

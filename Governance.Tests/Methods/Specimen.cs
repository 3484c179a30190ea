using System.Globalization;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Tests.Support;

namespace Governance.Tests.Methods;

/// <summary>A rule of a method, and values that it can mask: what the laws are tried on. A new method adds its own here.</summary>
/// <param name="Rule">The rule in one line.</param>
/// <param name="Type">The values' type.</param>
/// <param name="Values">The values.</param>
internal sealed record Specimen(string Rule, ScalarType Type, Gen<string> Values)
{
    private static readonly Gen<string> Word = Gen.String[Gen.Char["abcdefghij XYZ0123456789"], 1, 24]
        .Select(text => $"x{text}x");

    private static readonly Gen<string> Digits = Gen.String[Gen.Char["0123456789"], 8, 20];

    private static readonly Gen<string> Whole = Gen.Int[1_000_000, int.MaxValue]
        .Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static readonly Gen<string> Small = Gen.Int[-200, 2000]
        .Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static readonly Gen<string> Day = Gen.Int[
            new DateOnly(1900, 1, 1).DayNumber,
            new DateOnly(2100, 1, 1).DayNumber
        ]
        .Select(day => DateOnly.FromDayNumber(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static readonly Gen<string> Instant = Gen.Select(Day, Gen.Long[0, TimeSpan.TicksPerDay - 1])
        .Select(
            (day, ticks) => $"{day}T{new TimeOnly(ticks).ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}Z"
        );

    private static readonly Gen<string> Cents = Gen.Int[-100_000, 100_000]
        .Select(cents => (cents / 100m).ToString("F2", CultureInfo.InvariantCulture));

    private static readonly Gen<string> Letter = Gen.Select(Word, Word, Gen.Bool)
        .Select((left, right, mail) => mail ? $"zz{left.Replace(' ', '.')}@example.org" : $"{left}, {right}");

    private static readonly Specimen[] All =
    [
        new("surrogate", ScalarType.Text, Word),
        new("seal", ScalarType.Text, Word),
        new("seal", new(ScalarKind.Int64), Whole),
        new("token", ScalarType.Text, Word),
        new("token;domain=email", ScalarType.Text, Word.Select(text => text.ToLowerInvariant())),
        new("token", new(ScalarKind.Int64), Whole),
        new("digest", ScalarType.Text, Word),
        new("digest;encoding=base64url", new(ScalarKind.Int64), Whole),
        new("fpe", ScalarType.Text, Digits),
        new("fpe", new(ScalarKind.Int64), Whole),
        new("fpe;alphabet=alphanumeric", ScalarType.Text, Word.Select(text => $"{text}1234567")),
        new("partial;keep=first;n=2", ScalarType.Text, Word),
        new("partial;keep=last;n=4", new(ScalarKind.Int64), Whole),
        new("partial;keep=domain", ScalarType.Text, Word.Select(text => $"{text}@example.org")),
        new("generalize;bucket=100", new(ScalarKind.Int32), Small),
        new("generalize;bucket=0.25", new(ScalarKind.Decimal, 9, 2), Cents),
        new("generalize;to=month", new(ScalarKind.Date), Day),
        new("generalize;to=decade", new(ScalarKind.Timestamp), Instant),
        new("dateshift", new(ScalarKind.Date), Day),
        new("dateshift;days=30", new(ScalarKind.Timestamp), Instant),
        new("dateshift", ScalarType.Text, Day),
        new("scrub", ScalarType.Text, Letter),
        new("redact", ScalarType.Text, Word),
        new("plain;justification=said so", ScalarType.Text, Word),
        new("plain;justification=said so", new(ScalarKind.Date), Day),
    ];

    /// <summary>The method.</summary>
    public string Method => Rule.Split(';')[0];

    /// <summary>All of the methods that there are.</summary>
    public static IEnumerable<Specimen> OfAll =>
        All.Where(specimen => MaskingMethods.Find(specimen.Method) is not null);

    /// <summary>All that have a masker that masks by itself.</summary>
    public static IEnumerable<Specimen> OfMaskers => OfAll.Where(specimen => specimen.Method != "surrogate");

    /// <summary>Its masker.</summary>
    public IValueMasker Compile(TenantKeys keys, string? domain = null) =>
        Maskers.Compile(
            domain is null ? Rule : $"{Rule.Replace(";domain=email", "", StringComparison.Ordinal)};domain={domain}",
            keys,
            Type,
            Column
        );

    private Column Column => Maskers.Column(identifier: Method == "surrogate" ? "customer_id" : null);

    public override string ToString() => $"{Rule} of {Type.Kind}";
}

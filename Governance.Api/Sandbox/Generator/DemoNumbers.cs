using System.Globalization;
using System.Numerics;
using Bogus;

namespace Governance.Api.Sandbox.Generator;

/// <summary>Numbers that pass the checks that their real kind passes.</summary>
internal static class DemoNumbers
{
    private static readonly int[] MpanPrimes = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43];
    private static readonly string[] Banks = ["NWBK", "BARC", "LOYD", "HBUK", "MIDL", "RBOS"];
    private static readonly string[] NotIssued = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

    /// <summary>A meter point number: distributor, ten digits and the check digit.</summary>
    /// <param name="distributor">10 to 29.</param>
    /// <param name="unique">Below 10^10.</param>
    public static string Mpan(int distributor, long unique)
    {
        var core = string.Create(CultureInfo.InvariantCulture, $"{distributor:D2}{unique:D10}");
        var sum = core.Select((digit, i) => (digit - '0') * MpanPrimes[i]).Sum();
        return string.Create(CultureInfo.InvariantCulture, $"{core}{sum % 11 % 10}");
    }

    /// <summary>A British IBAN with its two check digits (ISO 13616).</summary>
    public static string Iban(Faker faker)
    {
        var rest = faker.Random.ArrayElement(Banks) + faker.Random.ReplaceNumbers("##############");
        var digits = string.Concat(
            $"{rest}GB00".Select(c =>
                char.IsAsciiDigit(c) ? $"{c}" : (c - 'A' + 10).ToString(CultureInfo.InvariantCulture)
            )
        );
        var check = 98 - (int)(BigInteger.Parse(digits, CultureInfo.InvariantCulture) % 97);
        return string.Create(CultureInfo.InvariantCulture, $"GB{check:D2}{rest}");
    }

    /// <summary>A National Insurance number, with or without its spaces; rarely the digits alone, as a number; or none.</summary>
    public static object? NationalInsurance(Faker faker)
    {
        var digits = faker.Random.ReplaceNumbers("######");
        var prefix = Prefix(faker);
        var suffix = faker.Random.ArrayElement(["A", "B", "C", "D"]);
        return faker.Random.Int(1, 20) switch
        {
            <= 5 => null,
            <= 7 => long.Parse("1" + digits, CultureInfo.InvariantCulture),
            <= 14 => $"{prefix} {digits[..2]} {digits[2..4]} {digits[4..]} {suffix}",
            _ => prefix + digits + suffix,
        };
    }

    /// <summary>Of Ofcom's numbers for drama; the first thousand reach nobody.</summary>
    public static string Mobile(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"077009{index % 100_000:D5}");

    /// <summary>A number as this person writes it.</summary>
    public static string Written(Faker faker, string national) =>
        faker.Random.Int(1, 4) switch
        {
            1 => $"{national[..5]} {national[5..]}",
            2 => $"+44 {national[1..5]} {national[5..]}",
            3 => "+44" + national[1..],
            _ => national,
        };

    public static Guid Uuid(Faker faker)
    {
        var bytes = faker.Random.Bytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static string Prefix(Faker faker)
    {
        while (true)
        {
            var prefix =
                faker.Random.String2(1, "ABCEGHJKLMNOPRSTWXYZ") + faker.Random.String2(1, "ABCEGHJKLMNPRSTWXYZ");
            if (!NotIssued.Contains(prefix, StringComparer.Ordinal))
            {
                return prefix;
            }
        }
    }
}

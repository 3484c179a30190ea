namespace Governance.Api.Sandbox.Generator;

internal sealed record DemoPhone(string Kind, string Number);

/// <summary>A customer as the demo's world knows one.</summary>
internal sealed record DemoPerson(
    string CustomerId,
    string? Title,
    string Given,
    string Family,
    string Email,
    IReadOnlyList<DemoPhone> Phones,
    DateOnly Born,
    DemoAddress Address,
    string Segment,
    object? NationalInsurance,
    DateTimeOffset Since
)
{
    public string FullName => $"{Given} {Family}";

    public string Phone => Phones[0].Number;
}

internal sealed record DemoAddress(
    string AddressId,
    IReadOnlyList<string> Lines,
    DemoPlace Place,
    string Postcode,
    long Uprn,
    (double Lat, double Lon)? Geo
);

internal sealed record DemoAccount(
    string AccountNumber,
    DemoPerson Holder,
    string Iban,
    long BalancePence,
    string Tariff,
    DateOnly Opened
);

internal sealed record DemoMeter(string Mpan, DemoAccount Account, string Serial, DateOnly Installed)
{
    /// <summary>Watt hours on the register when the history begins.</summary>
    public long StartWattHours { get; init; }

    /// <summary>Watt hours used on a usual day.</summary>
    public int DailyWattHours { get; init; }
}

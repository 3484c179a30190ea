namespace Governance.Api.Sandbox.Generator;

/// <summary>A town, with what its numbers begin with. Phone prefixes are Ofcom's, kept free for drama: they reach nobody.</summary>
internal sealed record DemoPlace(
    string City,
    string Country,
    string PostcodeArea,
    string PhonePrefix,
    int Distributor,
    double Lat,
    double Lon
)
{
    public static readonly DemoPlace[] All =
    [
        new("London", "ENGLAND", "SE", "020 7946 0", 12, 51.49, -0.06),
        new("Leeds", "ENGLAND", "LS", "0113 496 0", 23, 53.80, -1.55),
        new("Sheffield", "ENGLAND", "S", "0114 496 0", 23, 53.38, -1.47),
        new("Nottingham", "ENGLAND", "NG", "0115 496 0", 11, 52.95, -1.15),
        new("Leicester", "ENGLAND", "LE", "0116 496 0", 11, 52.64, -1.13),
        new("Bristol", "ENGLAND", "BS", "0117 496 0", 22, 51.45, -2.59),
        new("Reading", "ENGLAND", "RG", "0118 496 0", 20, 51.46, -0.97),
        new("Birmingham", "ENGLAND", "B", "0121 496 0", 14, 52.48, -1.89),
        new("Liverpool", "ENGLAND", "L", "0151 496 0", 13, 53.41, -2.98),
        new("Manchester", "ENGLAND", "M", "0161 496 0", 16, 53.48, -2.24),
        new("Newcastle upon Tyne", "ENGLAND", "NE", "0191 498 0", 15, 54.98, -1.61),
        new("Edinburgh", "SCOTLAND", "EH", "0131 496 0", 18, 55.95, -3.19),
        new("Glasgow", "SCOTLAND", "G", "0141 496 0", 18, 55.86, -4.25),
        new("Cardiff", "WALES", "CF", "029 2018 0", 21, 51.48, -3.18),
        new("Belfast", "NORTHERN_IRELAND", "BT", "028 9649 6", 10, 54.60, -5.93),
    ];
}

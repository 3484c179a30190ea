namespace Governance.Api.Sandbox.Generator;

/// <summary>The demo's topics.</summary>
internal static class DemoTopics
{
    public const string Customers = "customers";
    public const string Addresses = "addresses";
    public const string Accounts = "accounts";
    public const string Meters = "meters";
    public const string MeterReadings = "meter_readings";
    public const string Payments = "payments";
    public const string SupportMessages = "support_messages";
    public const string MarketingConsents = "marketing_consents";

    /// <summary>Partitions of each; what the mock cluster makes of a topic by itself.</summary>
    public const int Partitions = 4;
}

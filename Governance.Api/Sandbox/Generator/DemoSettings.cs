namespace Governance.Api.Sandbox.Generator;

/// <summary>What a history depends on, whole: the same settings give the same events, byte for byte.</summary>
/// <param name="Seed">Of all randomness.</param>
/// <param name="Customers">How many customers there are at first.</param>
/// <param name="HistoryDays">How far the history goes back.</param>
/// <param name="End">Where the history ends.</param>
internal sealed record DemoSettings(int Seed, int Customers, int HistoryDays, DateTimeOffset End);

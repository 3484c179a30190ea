using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Sandbox.Generator;

/// <summary>The demo's data.</summary>
internal sealed class GeneratorOptions
{
    public const string SectionName = "Governance:Sandbox:Generator";

    /// <summary>Whether any event is made. Default: with the sandbox's own broker yes, with a configured one no.</summary>
    public bool? Enabled { get; set; }

    /// <summary>Of all randomness; read at the first start of a data directory. Default: 42.</summary>
    public int Seed { get; set; } = 42;

    /// <summary>Customers of the history; read at the first start. Default: 200.</summary>
    [Range(1, 5000)]
    public int Customers { get; set; } = 200;

    /// <summary>Days of the history; read at the first start. Default: 30.</summary>
    [Range(1, 730)]
    public int HistoryDays { get; set; } = 30;

    /// <summary>Events a second after the history; 0 for none. Default: 5.</summary>
    [Range(0, 1000)]
    public double EventsPerSecond { get; set; } = 5;
}

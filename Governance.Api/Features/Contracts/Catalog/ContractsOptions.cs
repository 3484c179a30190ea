using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.Contracts.Catalog;

/// <summary>Settings of contracts.</summary>
internal sealed class ContractsOptions
{
    public const string SectionName = "Governance:Contracts";

    /// <summary>
    /// A folder of contracts that are published at the first start, when there are none; relative to the program. Default: none;
    /// in Development the demo's.
    /// </summary>
    public string? Preload { get; set; }

    /// <summary>
    /// How often contracts are looked for that other processes published, where several share the state. Default: one second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);
}

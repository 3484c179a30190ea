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
}

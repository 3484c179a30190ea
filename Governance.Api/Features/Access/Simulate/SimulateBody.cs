namespace Governance.Api.Features.Access.Simulate;

/// <summary>Changed policies: files laid over those in force.</summary>
internal sealed class SimulateBody
{
    /// <summary>Contents by path, such as <c>purposes/data.json</c> or <c>access/access.rego</c>; a null takes the file away.</summary>
    public required IReadOnlyDictionary<string, string?> Files { get; init; }
}

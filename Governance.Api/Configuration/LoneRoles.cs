namespace Governance.Api.Configuration;

/// <summary>
/// Says that a process leaves roles to others and has embedded parts, which no other process can open: then nobody does what it leaves.
/// </summary>
internal sealed class LoneRoles(ServiceRoles roles, IEnumerable<SandboxPart> parts)
{
    // The broker and the registry are found by their ports; a file is not shared.
    private static readonly string[] Shared = [SandboxPart.State, SandboxPart.Vault, SandboxPart.Warehouse];

    /// <summary>The warning; <see langword="null"/> where there is nothing to warn of.</summary>
    public string? Warning
    {
        get
        {
            string[] embedded =
            [
                .. Shared.Where(name => parts.Any(part => string.Equals(part.Name, name, StringComparison.Ordinal))),
            ];
            return roles.IsAll || embedded.Length == 0
                ? null
                : $"Embedded here: {string.Join(", ", embedded)}. No other process can open them, so nobody does the work of the roles "
                    + $"{string.Join(", ", roles.Missing)} on them. Roles in processes of their own want PostgreSQL and BigQuery: see "
                    + "ops/docs/processes.md.";
        }
    }
}

namespace Governance.Policies.Decisions;

/// <summary>By which policies something was decided; every decision carries it, and the ledger keeps it.</summary>
/// <param name="Version">The version that the policies give themselves (<c>data.policy.version</c>), or the hash's first digits.</param>
/// <param name="Hash">SHA-256 over the policies' files, lower-case hex. Empty where no policies answered.</param>
public sealed record PolicyStamp(string Version, string Hash)
{
    /// <summary>No policies answered: an error, a time-out, or none are in force.</summary>
    public static PolicyStamp None { get; } = new("none", "");
}

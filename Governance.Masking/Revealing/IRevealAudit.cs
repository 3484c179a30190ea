using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Masking.Revealing;

/// <summary>
/// Where every reveal is written down, for good, before anybody sees a value: a ledger. What cannot be written there is not revealed.
/// Safe for concurrent callers.
/// </summary>
public interface IRevealAudit
{
    /// <summary>Writes it down; returns when it is durable.</summary>
    /// <param name="fact">Who asked for what, and how many; never a value.</param>
    /// <param name="cancellationToken">Stops before anything is written; then nothing is revealed.</param>
    ValueTask WriteAsync(RevealFact fact, CancellationToken cancellationToken);
}

/// <summary>What an audit is told of a reveal.</summary>
/// <param name="Actor">Who asked; an account's id.</param>
/// <param name="Purpose">What for; a code.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="ColumnPath">The column.</param>
/// <param name="Method">How its values were masked, such as <c>seal</c>.</param>
/// <param name="Asked">How many values were asked for.</param>
/// <param name="Revealed">How many were revealed.</param>
public sealed record RevealFact(
    string Actor,
    string Purpose,
    string Dataset,
    string ColumnPath,
    string Method,
    int Asked,
    int Revealed
)
{
    /// <summary>Each value that was asked for, in the order of the request.</summary>
    public IReadOnlyList<RevealFactValue> Values { get; init; } = [];

    /// <summary>By what it was decided that the actor may ask (<see cref="RevealRequest.Grounds"/>).</summary>
    public IReadOnlyDictionary<string, string> Grounds { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>One value of a reveal, as an audit may know it.</summary>
/// <param name="Reference">
/// Tells the same masked value again, and gives it to nobody: the first 32 hex digits of SHA-256 over dataset, column and masked text
/// (<see cref="Of"/>). Whoever holds the masked value finds who saw it; once its vault row is destroyed, it points at nobody.
/// </param>
/// <param name="Fault">Why it was not revealed: one of <see cref="RevealFaults"/>; else <see langword="null"/>.</param>
public sealed record RevealFactValue(string Reference, string? Fault)
{
    /// <summary>The reference of a masked value.</summary>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="columnPath">The column.</param>
    /// <param name="masked">As it stands in the masked record.</param>
    public static string Of(string dataset, string columnPath, string masked) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{dataset}\0{columnPath}\0{masked}")))[..32];
}

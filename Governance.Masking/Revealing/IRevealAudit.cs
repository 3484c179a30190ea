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
);

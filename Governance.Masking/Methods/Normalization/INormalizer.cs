namespace Governance.Masking.Methods.Normalization;

/// <summary>
/// Gives an identifier the form in which equal identifiers are equal bytes. A change of a rule is a new version: what was made
/// under the old one must be found again on purpose. Safe for concurrent callers.
/// </summary>
public interface INormalizer
{
    /// <summary>The domain that the rule is for; <c>*</c> for the rule of all others.</summary>
    string Domain { get; }

    /// <summary>The rule's version, from 1.</summary>
    int Version { get; }

    /// <summary>Normalizes one value.</summary>
    /// <param name="utf8">The value as it came.</param>
    /// <param name="destination">Receives the normal form; <see cref="Normalizers.MaxLength"/> bytes are always enough.</param>
    /// <param name="written">Length of the normal form.</param>
    /// <param name="failure">Why there is none.</param>
    /// <returns>Whether there is a normal form.</returns>
    bool TryNormalize(
        ReadOnlySpan<byte> utf8,
        Span<byte> destination,
        out int written,
        out NormalizationFailure failure
    );
}

/// <summary>Why a value has no normal form.</summary>
public enum NormalizationFailure
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>Its bytes are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Nothing is left of it: it names nobody.</summary>
    Empty,

    /// <summary>It is longer than any identifier is.</summary>
    TooLong,
}

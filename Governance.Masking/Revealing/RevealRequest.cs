using System.Collections.Immutable;

namespace Governance.Masking.Revealing;

/// <summary>Who wants to see which values, and what for.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="ColumnPath">The column (<see cref="Contracts.Column.Path"/>); one that <c>surrogate</c>, <c>token</c>, <c>seal</c> or <c>fpe</c> masks.</param>
/// <param name="Values">At most <see cref="MaximumValues"/>.</param>
/// <param name="Purpose">
/// A code, such as <c>support.ticket-4711</c>: lower-case letters, digits and <c>. _ : / -</c>, at most 100. The audit keeps it for
/// ever, so it is no place for a sentence about a person.
/// </param>
/// <param name="Actor">The account's id; at most 200 characters.</param>
/// <param name="KeyId">
/// The key that the values were masked with, where the column's rule named another then: <c>governance.keyId</c> of the masked schema
/// that they were written with. Read for <c>fpe</c> alone, whose values do not name their key; the default is the rule's.
/// </param>
public sealed record RevealRequest(
    string Dataset,
    string ColumnPath,
    IReadOnlyList<MaskedValue> Values,
    string Purpose,
    string Actor,
    uint? KeyId = null
)
{
    /// <summary>How many values one request may hold: what is written to the audit should mean something.</summary>
    public const int MaximumValues = 1000;

    /// <summary>
    /// By what it was decided that the actor may ask, such as a grant and the policies' version: codes and ids, which the audit keeps for
    /// ever. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Grounds { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// Surrogates of whom nothing may be revealed now, because processing of their data is restricted or was objected to: neither they nor
    /// what is sealed under them. Default: none.
    /// </summary>
    public IReadOnlySet<Guid> Limited { get; init; } = ImmutableHashSet<Guid>.Empty;
}

/// <summary>A masked value.</summary>
/// <param name="Text">As it stands in the masked record.</param>
/// <param name="Subject">
/// Surrogate of the identifier under whose key it was sealed, from the same record; read for <c>seal</c> alone.
/// </param>
public sealed record MaskedValue(string Text, Guid? Subject = null);

/// <summary>What one masked value stood for.</summary>
/// <param name="Plain">The plain value's text form; <see langword="null"/> where it was not revealed.</param>
/// <param name="Fault">Why it was not revealed: one of <see cref="RevealFaults"/>; else <see langword="null"/>.</param>
public sealed record RevealedValue(string? Plain, string? Fault)
{
    /// <summary>Names no value, so that a log that prints it holds none.</summary>
    public override string ToString() => Fault ?? "revealed";
}

/// <summary>Why a value, or a whole request, was not revealed: stable codes, safe to show.</summary>
public static class RevealFaults
{
    /// <summary>No contract names the dataset.</summary>
    public const string UnknownDataset = "unknown_dataset";

    /// <summary>The dataset has no such column.</summary>
    public const string UnknownColumn = "unknown_column";

    /// <summary>The column's method cannot be turned back.</summary>
    public const string NotReversible = "not_reversible";

    /// <summary>Purpose, actor or the number of values is not what a request needs.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>A sealed value came without the surrogate of its subject.</summary>
    public const string MissingSubject = "missing_subject";

    /// <summary>The vault holds no such surrogate: it was never given, or its person was erased.</summary>
    public const string UnknownSurrogate = "unknown_surrogate";

    /// <summary>Its person restricted the processing of their data, or objected to this purpose (<see cref="RevealRequest.Limited"/>).</summary>
    public const string Limited = "limited";

    /// <summary>It was not masked by this column's rule and this tenant's keys, or its key was retired.</summary>
    public const string NotGenuine = "not_genuine";
}

/// <summary>A request is refused whole. The message says what to change; it holds no value.</summary>
/// <param name="code">One of <see cref="RevealFaults"/>.</param>
/// <param name="message">What to change.</param>
public sealed class RevealException(string code, string message) : Exception(message)
{
    /// <summary>One of <see cref="RevealFaults"/>.</summary>
    public string Code { get; } = code;
}

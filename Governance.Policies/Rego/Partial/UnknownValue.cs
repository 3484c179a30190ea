using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Partial;

/// <summary>
/// Stands for a column, or for the row, while its value is not known. It may be passed on; whoever looks into it without knowing
/// of it ends the evaluation, so that what is not known is never taken for undefined, unequal or empty.
/// </summary>
internal sealed class UnknownValue(RowPart part) : RegoValue(RegoKind.Unknown)
{
    public RowPart Part { get; } = part;

    internal override RegoValue Lookup(RegoValue key) =>
        Part.Column is null && key is StringValue { Text: var name } && Part.Member(name) is { } member
            ? member.Value
            : throw new UnknownUseException(Part.Path);

    internal override bool SameAs(RegoValue other) => throw new UnknownUseException(Part.Path);

    internal override int Hash() => throw new UnknownUseException(Part.Path);

    internal override int Order(RegoValue other) => throw new UnknownUseException(Part.Path);

    /// <summary>Two values of which one is not known are told apart by nobody.</summary>
    public static UnknownUseException Refused(RegoValue one, RegoValue other) =>
        new(((one as UnknownValue) ?? (UnknownValue)other).Part.Path);
}

/// <summary>A value that is not known was looked into by what does not know of it.</summary>
internal sealed class UnknownUseException(string path)
    : Exception($"{path} is not known yet, and is used in a way that no row condition can carry out.");

/// <summary>
/// Whether a question about a column is to be answered for sure, as far as it can be, or exactly. A row that lacks the value
/// answers neither yes nor no: surely neither, possibly both, and exactly not at all.
/// </summary>
internal enum Certainty
{
    /// <summary>Yes or no: what depends on it is a value, not a condition.</summary>
    Exact,

    /// <summary>Yes, or nothing that counts.</summary>
    Surely,

    /// <summary>No, or nothing that counts: below a negation.</summary>
    Possibly,
}

using Governance.Masking.Keys;

namespace Governance.Masking.Columns;

/// <summary>What a masker may know of a value beside its text.</summary>
/// <param name="subjectKey">The subject key, where the masker needs it.</param>
/// <param name="known">Names and identifiers of the same record, where the masker reads them.</param>
public readonly ref struct ValueContext(SubjectKey? subjectKey, ReadOnlySpan<KnownValue> known)
{
    /// <summary>The key of the subject whose value it is; <see langword="null"/> where the masker needs none.</summary>
    public SubjectKey? SubjectKey { get; } = subjectKey;

    /// <summary>The same, for a masker that needs it.</summary>
    /// <exception cref="InvalidOperationException">There is none: a fault of the caller.</exception>
    internal SubjectKey RequiredSubjectKey =>
        SubjectKey ?? throw new InvalidOperationException("The masker needs a subject key, and was given none.");

    /// <summary>Names and identifiers of the same record; empty where the masker does not read them.</summary>
    public ReadOnlySpan<KnownValue> Known { get; } = known;
}

/// <summary>A plain value of the same record.</summary>
/// <param name="column">The column that holds it.</param>
/// <param name="index">Its place in the column.</param>
/// <param name="category">Its privacy category.</param>
public readonly struct KnownValue(ValueColumn column, int index, string category)
{
    /// <summary>Its privacy category, such as <c>user.name</c>.</summary>
    public string Category { get; } = category;

    /// <summary>Its UTF-8 text as it came.</summary>
    public ReadOnlySpan<byte> Text => column.Plain(index);
}

using System.Collections.Immutable;

namespace Governance.Masking.Contracts;

/// <summary>A property of a schema object: a column, a nested field, an array's item, or a map's key.</summary>
/// <param name="Name">The field's name (<c>physicalName</c>, or <c>name</c>); the empty string for an array's item.</param>
/// <param name="Path">
/// From the record's root, fields joined by dots; an array's item adds <c>[]</c>: <c>contact.phones[].number</c>.
/// A key of a map is a field of it: <c>preferences.newsletter</c>.
/// </param>
/// <param name="LogicalType">The ODCS <c>logicalType</c>, or <see langword="null"/>.</param>
/// <param name="Description">The property's <c>description</c>, or the empty string.</param>
/// <param name="Classification">The ODCS <c>classification</c>, or <see langword="null"/>.</param>
/// <param name="PrivacyCategory">What it says of a person, in Fideslang's keys (<c>user.contact.email</c>), or <see langword="null"/>.</param>
/// <param name="Identifier">The identifier domain (<c>email</c>), for a column that points at a subject; else <see langword="null"/>.</param>
/// <param name="Link">How the row relates to the subject that the identifier points at; <see langword="null"/> for other columns.</param>
/// <param name="Masking">
/// The rule: <c>plain</c> where the contract states none for a column that is not personal. <see langword="null"/> for a composite
/// whose children have rules, and below a composite that is masked as a whole.
/// </param>
/// <param name="OnErasure">What an erasure does to this column where the row stays, or <see langword="null"/>: the dataset's rule.</param>
/// <param name="Children">Fields of an object, keys of a map, or the one item of an array.</param>
public sealed record Column(
    string Name,
    string Path,
    string? LogicalType,
    string Description,
    string? Classification,
    string? PrivacyCategory,
    string? Identifier,
    Link? Link,
    MaskingRule? Masking,
    ErasureRule? OnErasure,
    ImmutableArray<Column> Children
)
{
    /// <summary>Whether it says something of a person: it has a category that is not below <c>system</c>.</summary>
    public bool IsPersonal => PrivacyCategory is not null && PrivacyCategories.IsPersonal(PrivacyCategory);

    /// <summary>Whether the contract says what it is: it has a category, or is <c>classification: public</c>, or its children are classified.</summary>
    public bool IsClassified =>
        PrivacyCategory is not null
        || string.Equals(Classification, "public", StringComparison.Ordinal)
        || (!Children.IsEmpty && Children.All(child => child.IsClassified));

    /// <summary>This column, then all below it, parents first.</summary>
    public IEnumerable<Column> SelfAndDescendants() =>
        Children.SelectMany(child => child.SelfAndDescendants()).Prepend(this);
}

/// <summary>How a row relates to the subject that an identifier column points at.</summary>
public enum Link
{
    /// <summary>The row is theirs.</summary>
    Owns,

    /// <summary>The row is about others too; never walked to a deletion.</summary>
    Shared,

    /// <summary>Reference data; never walked to a deletion.</summary>
    Lookup,
}

/// <summary>A masking method with its parameters.</summary>
/// <param name="Method">The method's stable name, such as <c>seal</c>.</param>
/// <param name="Parameters">Parameters by name, as text.</param>
public sealed record MaskingRule(string Method, ImmutableDictionary<string, string> Parameters);

/// <summary>What an erasure does.</summary>
/// <param name="Action">The action.</param>
/// <param name="LegalBasis">Why data is kept, for <see cref="ErasureAction.Retain"/> (<c>GDPR Art. 17(3)(b): …</c>); else <see langword="null"/>.</param>
/// <param name="Period">How long it is kept, for <see cref="ErasureAction.Retain"/>; else <see langword="null"/>.</param>
public sealed record ErasureRule(ErasureAction Action, string? LegalBasis = null, RetentionPeriod? Period = null)
{
    /// <summary>The rule of a dataset that states none.</summary>
    public static ErasureRule Delete { get; } = new(ErasureAction.Delete);
}

/// <summary>The actions of <see cref="ErasureRule"/>.</summary>
public enum ErasureAction
{
    /// <summary>The row is deleted.</summary>
    Delete,

    /// <summary>The row stays, its personal columns become null.</summary>
    Clear,

    /// <summary>The row stays for a legal reason; its surrogates and sealed values have lost their meaning with the vault row.</summary>
    Retain,
}

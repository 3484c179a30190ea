using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>A column as read, with the places that rules over the whole dataset speak of.</summary>
/// <param name="Column">The column.</param>
/// <param name="At">Where it stands.</param>
/// <param name="MaskingAt">Where its masking rule stands.</param>
internal sealed record ColumnDraft(Column Column, Spot At, Spot MaskingAt);

/// <summary>Where a column stands in its dataset.</summary>
/// <param name="Path">Path of the column or dataset above it, in the model; empty at the top.</param>
/// <param name="References">What long references call the column above; empty at the top.</param>
/// <param name="InWhole">Whether something above it is masked as a whole.</param>
/// <param name="InMap">Whether it is a key of a map.</param>
internal readonly record struct ColumnPlace(string Path, string References, bool InWhole, bool InMap);

/// <summary>What a column's keys say, before it is judged.</summary>
internal sealed record ColumnFacts(
    DocMap Node,
    string DocPath,
    string Name,
    string Path,
    bool IsComposite,
    bool IsPublic,
    string? Category,
    string? Identifier,
    Link? Link,
    (DocNode Value, string Path)? IdentifierAt,
    (DocNode Value, string Path)? LinkAt,
    (DocNode Value, string Path)? MaskingAt,
    MaskingRule? Rule
)
{
    public bool IsPersonal => Category is not null && PrivacyCategories.IsPersonal(Category);

    public bool IsClassified => Category is not null || IsPublic;
}

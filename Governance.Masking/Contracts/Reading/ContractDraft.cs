namespace Governance.Masking.Contracts.Reading;

/// <summary>A contract as far as it could be read, with the places that rules over several contracts speak of.</summary>
/// <param name="File">The file.</param>
/// <param name="Contract">The contract; it is not to be used where it has faults.</param>
/// <param name="IdAt">Where its id stands.</param>
/// <param name="Datasets">Its datasets.</param>
internal sealed record ContractDraft(string File, Contract Contract, Spot IdAt, IReadOnlyList<DatasetDraft> Datasets);

/// <summary>A dataset of a draft.</summary>
/// <param name="Dataset">The dataset, without relationships.</param>
/// <param name="Id">The ODCS <c>id</c> of the schema object, for long references.</param>
/// <param name="NameAt">Where its name stands.</param>
/// <param name="TopicAt">Where its topic's name stands.</param>
/// <param name="SubjectAt">Where its subject's kind stands.</param>
/// <param name="Relationships">What it says of other datasets, unresolved.</param>
/// <param name="Names">Paths of columns by the names that references may use.</param>
internal sealed record DatasetDraft(
    Dataset Dataset,
    string? Id,
    Spot NameAt,
    Spot TopicAt,
    Spot SubjectAt,
    IReadOnlyList<RelationshipDraft> Relationships,
    IReadOnlyDictionary<string, string> Names
)
{
    /// <summary>Where its delivery stands, or its name.</summary>
    public Spot DeliveryAt { get; init; } = NameAt;
}

/// <summary>A foreign key as written.</summary>
/// <param name="From">A column's path where a property states it, else a reference.</param>
/// <param name="FromIsPath">Whether <paramref name="From"/> is a path of the dataset.</param>
/// <param name="FromAt">Where it stands.</param>
/// <param name="To">A reference.</param>
/// <param name="ToAt">Where it stands.</param>
internal sealed record RelationshipDraft(string From, bool FromIsPath, Spot FromAt, string To, Spot ToAt);

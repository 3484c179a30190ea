using Governance.Masking.Contracts;

namespace Governance.Api.Features.Datasets.GetDataset;

/// <summary>A dataset, as its contract describes it and the warehouse holds it.</summary>
internal sealed record DatasetAnswer(
    string Name,
    string Topic,
    string Description,
    string Contract,
    string Owner,
    bool Personal,
    SubjectAnswer? Subject,
    ErasureAnswer OnErasure,
    string? Retention,
    long Rows,
    DateTimeOffset? NewestEvent,
    long? AgeSeconds,
    IReadOnlyList<ColumnAnswer> Columns,
    IReadOnlyList<RelationshipAnswer> Relationships
)
{
    public static DatasetAnswer Of(Dataset dataset, TableFacts facts) =>
        new(
            dataset.Name,
            dataset.Topic,
            dataset.Description,
            dataset.ContractId,
            dataset.OwnerTeam,
            dataset.IsPersonal,
            dataset.Subject is { } subject ? new SubjectAnswer(subject.Kind, subject.Identifier) : null,
            ErasureAnswer.Of(dataset.OnErasure),
            Period(dataset.Retention),
            facts.Rows,
            facts.NewestEvent,
            facts.AgeSeconds,
            [.. dataset.AllColumns().Select(column => ColumnAnswer.Of(column, dataset.OwnerTeam))],
            [
                .. dataset.Relationships.Select(relationship => new RelationshipAnswer(
                    relationship.Column,
                    relationship.ToDataset,
                    relationship.ToColumn
                )),
            ]
        );

    /// <summary>As contracts write it: <c>6y</c>.</summary>
    public static string? Period(RetentionPeriod? period) =>
        period is null
            ? null
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{period.Value}{period.Unit}");
}

/// <summary>Whose records these are.</summary>
internal sealed record SubjectAnswer(string Kind, string Identifier);

/// <summary>What an erasure does.</summary>
internal sealed record ErasureAnswer(ErasureAction Action, string? LegalBasis, string? Period)
{
    public static ErasureAnswer Of(ErasureRule rule) =>
        new(rule.Action, rule.LegalBasis, DatasetAnswer.Period(rule.Period));
}

/// <summary>A column; nested ones follow the one that they are in.</summary>
/// <param name="Path">Its path in the record.</param>
/// <param name="Type">Its logical type.</param>
/// <param name="Description">What it is.</param>
/// <param name="Classification">Its classification.</param>
/// <param name="Category">What it says of a person.</param>
/// <param name="Identifier">The identifier domain.</param>
/// <param name="Link">How the row relates to the subject.</param>
/// <param name="Method">How it is masked; null where the columns in or around it say so.</param>
/// <param name="Parameters">The method's parameters.</param>
/// <param name="Owner">The owning team.</param>
/// <param name="OnErasure">What an erasure does to it; null: what the dataset says.</param>
internal sealed record ColumnAnswer(
    string Path,
    string? Type,
    string Description,
    string? Classification,
    string? Category,
    string? Identifier,
    Link? Link,
    string? Method,
    IReadOnlyDictionary<string, string> Parameters,
    string Owner,
    ErasureAnswer? OnErasure
)
{
    public static ColumnAnswer Of(Column column, string owner) =>
        new(
            column.Path,
            column.LogicalType,
            column.Description,
            column.Classification,
            column.PrivacyCategory,
            column.Identifier,
            column.Link,
            column.Masking?.Method,
            column.Masking?.Parameters ?? System.Collections.Immutable.ImmutableDictionary<string, string>.Empty,
            owner,
            column.OnErasure is { } rule ? ErasureAnswer.Of(rule) : null
        );
}

/// <summary>A foreign key.</summary>
internal sealed record RelationshipAnswer(string Column, string Dataset, string ToColumn);

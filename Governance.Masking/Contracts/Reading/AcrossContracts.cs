using System.Collections.Immutable;
using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>What no contract can say alone: names are unique, foreign keys lead somewhere, an identifier names one kind of subject.</summary>
/// <param name="drafts">All contracts.</param>
/// <param name="complete">Whether there are no others, so that a dataset that is not among them is unknown.</param>
/// <param name="report">Receives a fault: draft, place, code, message.</param>
internal sealed class AcrossContracts(
    IReadOnlyList<ContractDraft> drafts,
    bool complete,
    Action<ContractDraft, Spot, string, string> report
)
{
    private readonly Dictionary<string, DatasetDraft> _byReference = Index(drafts);

    private readonly Dictionary<DatasetDraft, Dictionary<string, Column>> _columns = new(
        ReferenceEqualityComparer.Instance
    );

    /// <summary>Reports all faults.</summary>
    /// <returns>The contracts, with their foreign keys resolved, in the order of the drafts.</returns>
    public IReadOnlyList<Contract> Check()
    {
        CheckUnique(
            drafts.Where(draft => draft.Contract.Id.Length > 0).Select(draft => (draft, draft.Contract.Id, draft.IdAt)),
            FaultCodes.DuplicateContract,
            "A contract"
        );
        var datasets = drafts.SelectMany(draft => draft.Datasets.Select(dataset => (draft, dataset))).ToArray();
        CheckUnique(
            datasets.Select(pair => (pair.draft, pair.dataset.Dataset.Name, pair.dataset.NameAt)),
            FaultCodes.DuplicateDataset,
            "A dataset",
            StringComparer.OrdinalIgnoreCase
        );
        // Two datasets of one name and no topics are one fault, not two.
        var topics = datasets
            .Where(pair => pair.dataset.TopicAt != pair.dataset.NameAt)
            .Select(pair => pair.dataset.Dataset.Topic)
            .ToHashSet(StringComparer.Ordinal);
        CheckUnique(
            datasets
                .Where(pair =>
                    pair.dataset.TopicAt != pair.dataset.NameAt || topics.Contains(pair.dataset.Dataset.Topic)
                )
                .Select(pair => (pair.draft, pair.dataset.Dataset.Topic, pair.dataset.TopicAt)),
            FaultCodes.DuplicateTopic,
            "A topic"
        );
        CheckMaskedTopics(datasets);
        CheckSubjects(datasets);
        return [.. drafts.Select(Resolve)];
    }

    private static Dictionary<string, DatasetDraft> Index(IReadOnlyList<ContractDraft> drafts)
    {
        var index = new Dictionary<string, DatasetDraft>(StringComparer.Ordinal);
        var all = drafts.SelectMany(draft => draft.Datasets).ToArray();
        foreach (var dataset in all)
        {
            index.TryAdd(dataset.Dataset.Name, dataset);
        }

        foreach (var dataset in all)
        {
            index.TryAdd(dataset.Dataset.Topic, dataset);
            if (dataset.Id is { } id)
            {
                index.TryAdd(id, dataset);
            }
        }

        return index;
    }

    private void CheckUnique(
        IEnumerable<(ContractDraft Draft, string Name, Spot At)> names,
        string code,
        string what,
        StringComparer? comparer = null
    )
    {
        var first = new Dictionary<string, (ContractDraft Draft, Spot At)>(comparer ?? StringComparer.Ordinal);
        foreach (var (draft, name, at) in names)
        {
            if (!first.TryAdd(name, (draft, at)))
            {
                var other = first[name];
                report(
                    draft,
                    at,
                    code,
                    $"{what} {Words.Quote(name)} stands at {other.Draft.File}:{other.At.Line} already. Rename or remove one."
                );
            }
        }
    }

    // A masked topic that is read again, or that two datasets write, would hold records that no contract describes.
    private void CheckMaskedTopics(IReadOnlyList<(ContractDraft Draft, DatasetDraft Dataset)> datasets)
    {
        var first = datasets
            .DistinctBy(pair => pair.Dataset.Dataset.Topic, StringComparer.Ordinal)
            .ToDictionary(
                pair => pair.Dataset.Dataset.Topic,
                pair => (pair.Draft, At: pair.Dataset.TopicAt),
                StringComparer.Ordinal
            );
        foreach (var (draft, dataset) in datasets.Where(pair => pair.Dataset.Dataset.Delivery.ToTopic))
        {
            var masked = dataset.Dataset.MaskedTopic;
            // A topic that masks into itself is the dataset's own fault, which is told already.
            if (masked != dataset.Dataset.Topic && !first.TryAdd(masked, (draft, dataset.DeliveryAt)))
            {
                var other = first[masked];
                report(
                    draft,
                    dataset.DeliveryAt,
                    FaultCodes.DuplicateMaskedTopic,
                    $"The masked topic {Words.Quote(masked)} is a topic of the dataset at {other.Draft.File}:{other.At.Line}. Name another under 'topic'."
                );
            }
        }
    }

    private void CheckSubjects(IEnumerable<(ContractDraft Draft, DatasetDraft Dataset)> datasets)
    {
        var first = new Dictionary<string, (string Kind, ContractDraft Draft, Spot At)>(StringComparer.Ordinal);
        foreach (var (draft, dataset) in datasets)
        {
            if (
                dataset.Dataset.Subject is not { } subject
                || Find(dataset, subject.Identifier)?.Identifier is not { } domain
            )
            {
                continue;
            }

            if (!first.TryAdd(domain, (subject.Kind, draft, dataset.SubjectAt)) && first[domain].Kind != subject.Kind)
            {
                var other = first[domain];
                report(
                    draft,
                    dataset.SubjectAt,
                    FaultCodes.InconsistentSubject,
                    $"The identifier '{domain}' names a {Words.Quote(subject.Kind)} here and a {Words.Quote(other.Kind)} at {other.Draft.File}:{other.At.Line}. Write one kind at both."
                );
            }
        }
    }

    private Contract Resolve(ContractDraft draft) =>
        draft.Contract with
        {
            Datasets =
            [
                .. draft.Datasets.Select(dataset =>
                    dataset.Dataset with
                    {
                        Relationships =
                        [
                            .. dataset
                                .Relationships.Select(relationship => Resolve(draft, dataset, relationship))
                                .OfType<Relationship>(),
                        ],
                    }
                ),
            ],
        };

    private Relationship? Resolve(ContractDraft draft, DatasetDraft dataset, RelationshipDraft relationship)
    {
        var from = relationship.FromIsPath ? relationship.From : ResolveFrom(draft, dataset, relationship);
        if (References.Split(relationship.To) is not var (toDataset, toColumn))
        {
            report(
                draft,
                relationship.ToAt,
                FaultCodes.BadRelationship,
                "A foreign key leads to a column. Write 'dataset.column', or 'schema/<id>/properties/<id>'."
            );
            return null;
        }

        if (!_byReference.TryGetValue(toDataset, out var target))
        {
            if (complete)
            {
                report(
                    draft,
                    relationship.ToAt,
                    FaultCodes.UnknownRelationship,
                    $"No contract has a dataset {Words.Quote(toDataset)}.{Words.DidYouMean(toDataset, _byReference.Keys)}"
                );
            }

            return complete || from is null ? null : new Relationship(from, toDataset, toColumn);
        }

        if (!target.Names.TryGetValue(toColumn, out var path))
        {
            report(
                draft,
                relationship.ToAt,
                FaultCodes.UnknownRelationship,
                $"Dataset '{target.Dataset.Name}' has no column {Words.Quote(toColumn)}.{Words.DidYouMean(toColumn, target.Names.Keys)}"
            );
            return null;
        }

        if (from is null)
        {
            return null;
        }

        CheckDomains(draft, relationship, Find(dataset, from), Find(target, path));
        return new Relationship(from, target.Dataset.Name, path);
    }

    private string? ResolveFrom(ContractDraft draft, DatasetDraft dataset, RelationshipDraft relationship)
    {
        if (
            References.Split(relationship.From) is var (name, column)
            && (name == dataset.Dataset.Name || name == dataset.Dataset.Topic || name == dataset.Id)
            && dataset.Names.TryGetValue(column, out var path)
        )
        {
            return path;
        }

        report(
            draft,
            relationship.FromAt,
            FaultCodes.UnknownRelationship,
            $"{Words.Quote(relationship.From)} is no column of '{dataset.Dataset.Name}'. Write '{dataset.Dataset.Name}.<column>'."
        );
        return null;
    }

    private void CheckDomains(ContractDraft draft, RelationshipDraft relationship, Column? from, Column? to)
    {
        if (from is not null && to is not null && from.Identifier != to.Identifier)
        {
            report(
                draft,
                relationship.ToAt,
                FaultCodes.RelationshipDomain,
                $"'{from.Path}' has {Domain(from)} and '{to.Path}' has {Domain(to)}, so masked values would never match. Give both one domain."
            );
        }
    }

    private static string Domain(Column column) =>
        column.Identifier is null ? "no identifier domain" : $"the identifier domain '{column.Identifier}'";

    private Column? Find(DatasetDraft dataset, string path)
    {
        if (!_columns.TryGetValue(dataset, out var columns))
        {
            columns = dataset
                .Dataset.AllColumns()
                .DistinctBy(column => column.Path, StringComparer.Ordinal)
                .ToDictionary(column => column.Path, StringComparer.Ordinal);
            _columns.Add(dataset, columns);
        }

        return columns.GetValueOrDefault(path);
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>
/// What the contracts alone say of an erasure: which tables the person's rows can be found in, and by which columns.
/// No data is read.
/// </summary>
internal sealed class ErasureScope
{
    private ErasureScope(
        string subject,
        string primaryDomain,
        FrozenSet<string> domains,
        ImmutableArray<ScopedDataset> owned,
        ImmutableArray<ScopedDataset> shared,
        ImmutableArray<string> unreached
    )
    {
        Subject = subject;
        PrimaryDomain = primaryDomain;
        Domains = domains;
        Owned = owned;
        Shared = shared;
        Unreached = unreached;
    }

    /// <summary>The kind of person.</summary>
    public string Subject { get; }

    /// <summary>The domain whose identifiers stand for one person each, such as <c>customer_id</c>.</summary>
    public string PrimaryDomain { get; }

    /// <summary>Domains that a path of <c>owns</c> columns ties to the primary one.</summary>
    public FrozenSet<string> Domains { get; }

    /// <summary>Tables that hold rows of one person, with their <c>owns</c> columns.</summary>
    public ImmutableArray<ScopedDataset> Owned { get; }

    /// <summary>Tables with personal data whose rows are about several people; none of their rows is touched.</summary>
    public ImmutableArray<ScopedDataset> Shared { get; }

    /// <summary>Tables with personal data that no path reaches.</summary>
    public ImmutableArray<string> Unreached { get; }

    /// <summary>The kinds of people that a catalog knows.</summary>
    public static IReadOnlyList<string> Subjects(ContractCatalog catalog) =>
        [
            .. catalog
                .Datasets.Select(dataset => dataset.Subject?.Kind)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The identifier domains that a catalog knows.</summary>
    public static IReadOnlyList<string> IdentifierDomains(ContractCatalog catalog) =>
        [
            .. catalog
                .Datasets.SelectMany(dataset => dataset.Identifiers())
                .Select(column => column.Identifier!)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Reads the contracts; <see langword="null"/> where none names this kind of person as a record's own subject.</summary>
    public static ErasureScope? Of(ContractCatalog catalog, string subject)
    {
        if (FindPrimaryDomain(catalog, subject) is not { } primary)
        {
            return null;
        }

        var domains = ConnectedTo(primary, catalog);
        var owned = ImmutableArray.CreateBuilder<ScopedDataset>();
        var shared = ImmutableArray.CreateBuilder<ScopedDataset>();
        var unreached = ImmutableArray.CreateBuilder<string>();
        foreach (var dataset in catalog.Datasets)
        {
            var owns = Columns(dataset, Link.Owns);
            if (owns.Any(column => domains.Contains(column.Identifier!)))
            {
                owned.Add(new ScopedDataset(dataset, owns));
            }
        }

        var mentioned = owned
            .SelectMany(scoped => scoped.Dataset.Identifiers())
            .Select(column => column.Identifier!)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var dataset in catalog.Datasets.Except(owned.Select(scoped => scoped.Dataset)))
        {
            var owns = Columns(dataset, Link.Owns);
            ImmutableArray<Column> others =
            [
                .. dataset.Identifiers().Where(column => mentioned.Contains(column.Identifier!)),
            ];
            if (!dataset.IsPersonal)
            {
                // Nobody's data.
            }
            else if (owns.IsEmpty && !others.IsEmpty)
            {
                // A household's address, say: the person's rows point at it, and so do others'.
                shared.Add(new ScopedDataset(dataset, others));
            }
            else if (!IsAboutOthers(dataset, subject))
            {
                unreached.Add(dataset.Name);
            }
        }

        return new ErasureScope(
            subject,
            primary,
            domains,
            owned.DrainToImmutable(),
            shared.DrainToImmutable(),
            unreached.DrainToImmutable()
        );
    }

    /// <summary>The columns of a dataset that point at a subject with this link.</summary>
    public static ImmutableArray<Column> Columns(Dataset dataset, Link link) =>
        [.. dataset.Identifiers().Where(column => column.Link == link)];

    private static bool IsAboutOthers(Dataset dataset, string subject) =>
        dataset.Subject is { } other && !string.Equals(other.Kind, subject, StringComparison.Ordinal);

    // A kind's records may be named by other identifiers too (readings by their meter). The kind's own is the one that is
    // called after it; failing that, the one by which most of its datasets are named, if that is one.
    private static string? FindPrimaryDomain(ContractCatalog catalog, string subject)
    {
        var named = (
            from dataset in catalog.Datasets
            where string.Equals(dataset.Subject?.Kind, subject, StringComparison.Ordinal)
            from column in dataset.Identifiers()
            where string.Equals(column.Path, dataset.Subject!.Identifier, StringComparison.Ordinal)
            select column.Identifier!
        )
            .GroupBy(domain => domain, StringComparer.Ordinal)
            .Select(domain => (Domain: domain.Key, Count: domain.Count()))
            .OrderByDescending(domain => domain.Count)
            .ThenBy(domain => domain.Domain, StringComparer.Ordinal)
            .ToArray();
        var called = named
            .FirstOrDefault(domain => domain.Domain == $"{subject}_id" || domain.Domain == subject)
            .Domain;
        return called switch
        {
            not null => called,
            null when named.Length == 1 || (named.Length > 1 && named[0].Count > named[1].Count) => named[0].Domain,
            null => null,
        };
    }

    private static FrozenSet<string> ConnectedTo(string primary, ContractCatalog catalog)
    {
        var steps = catalog
            .Datasets.Select(dataset =>
                Columns(dataset, Link.Owns).Select(column => column.Identifier!).ToHashSet(StringComparer.Ordinal)
            )
            .ToArray();
        var known = new HashSet<string>([primary], StringComparer.Ordinal);
        var grew = true;
        while (grew)
        {
            grew = false;
            foreach (var step in steps.Where(step => step.Overlaps(known) && !step.IsSubsetOf(known)))
            {
                known.UnionWith(step);
                grew = true;
            }
        }

        return known.ToFrozenSet(StringComparer.Ordinal);
    }
}

/// <summary>A table, and the identifier columns that matter in it.</summary>
internal sealed record ScopedDataset(Dataset Dataset, ImmutableArray<Column> Columns);

using System.Collections.Immutable;
using Governance.Api.Features.Access;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Restricting;

/// <summary>
/// Whose rows views leave out by restrictions and objections in force. A view is told how the names of key sets begin, not which there are:
/// the next person who restricts or objects is left out by the views as they stand.
/// </summary>
internal sealed class LimitedRows(IStateStore state, IContractCatalogSource contracts) : IRowExclusions
{
    public async Task<ImmutableArray<string>> OfAsync(
        Dataset dataset,
        string purpose,
        CancellationToken cancellationToken
    )
    {
        var limits = await InForceAsync(cancellationToken);
        if (limits.Count == 0)
        {
            return [];
        }

        var catalog = contracts.Current;
        var kinds = limits
            .Select(limit => limit.Subject)
            .Distinct(StringComparer.Ordinal)
            .Where(kind =>
                ErasureScope.Of(catalog, kind)?.Owned.Any(owned => owned.Dataset.Name == dataset.Name) == true
            )
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. limits
                .Where(limit => kinds.Contains(limit.Subject))
                .SelectMany(limit => limit.Purposes)
                .Where(stopped => stopped == ProcessingLimit.AllPurposes || stopped == purpose)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(ProcessingLimit.PrefixOf),
        ];
    }

    public async Task<IReadOnlyCollection<string>> KeySetsAsync(
        ImmutableArray<string> prefixes,
        CancellationToken cancellationToken
    ) =>
        prefixes.IsDefaultOrEmpty
            ? []
            :
            [
                .. (await InForceAsync(cancellationToken))
                    .SelectMany(limit => limit.Purposes.Select(limit.KeySetOf))
                    .Where(name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))),
            ];

    private Task<List<ProcessingLimit>> InForceAsync(CancellationToken cancellationToken) =>
        state.ReadAsync(
            db => db.Set<ProcessingLimit>().Where(limit => limit.LiftedAt == null).ToListAsync(cancellationToken),
            cancellationToken
        );
}

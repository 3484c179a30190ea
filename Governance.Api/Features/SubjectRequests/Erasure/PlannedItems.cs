using System.Globalization;
using System.Runtime.InteropServices;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>The items of a plan: what the contracts say is done to each table.</summary>
internal static class PlannedItems
{
    /// <summary>One item for each table with personal data that a path reaches.</summary>
    public static List<RequestItem> Of(Guid requestId, ErasureScope scope, Func<Dataset, ItemEstimate> estimate) =>
        [
            .. scope
                .Owned.Select(scoped => (Scoped: scoped, Action: ActionOf(scoped.Dataset.OnErasure)))
                .Concat(scope.Shared.Select(scoped => (Scoped: scoped, Action: ItemAction.Shared)))
                .OrderBy(item => item.Scoped.Dataset.Name, StringComparer.Ordinal)
                .Select(
                    (item, position) =>
                    {
                        var expected = estimate(item.Scoped.Dataset);
                        return new RequestItem
                        {
                            RequestId = requestId,
                            Position = position,
                            Dataset = item.Scoped.Dataset.Name,
                            ContractId = item.Scoped.Dataset.ContractId,
                            Action = item.Action,
                            Columns = [.. item.Scoped.Columns.Select(column => column.Path)],
                            Ground = GroundOf(item.Action, item.Scoped.Dataset.OnErasure),
                            Period = PeriodOf(item.Action, item.Scoped.Dataset.OnErasure),
                            EstimatedRows = expected.Rows,
                            EstimatedBytes = expected.Bytes,
                        };
                    }
                ),
        ];

    /// <summary>One item for each table that no path reaches and that somebody has waived: it has its verdict.</summary>
    public static IEnumerable<RequestItem> Waived(
        Guid requestId,
        int from,
        IEnumerable<string> unreached,
        IReadOnlyList<Waiver> waivers
    ) =>
        unreached
            .Join(waivers, table => table, waiver => waiver.Dataset, (_, waiver) => waiver, StringComparer.Ordinal)
            .Select(
                (waiver, at) =>
                    new RequestItem
                    {
                        RequestId = requestId,
                        Position = from + at,
                        Dataset = waiver.Dataset,
                        ContractId = "",
                        Action = ItemAction.Waive,
                        Ground = waiver.Reason,
                        WaivedBy = waiver.By,
                        Verdict = ItemVerdict.Waived,
                    }
            );

    private static ItemAction ActionOf(ErasureRule rule) =>
        rule.Action switch
        {
            ErasureAction.Clear => ItemAction.Clear,
            ErasureAction.Retain => ItemAction.Retain,
            _ => ItemAction.Delete,
        };

    private static string? GroundOf(ItemAction action, ErasureRule rule) =>
        action switch
        {
            ItemAction.Retain => rule.LegalBasis,
            ItemAction.Shared => RequestItem.SharedGround,
            _ => null,
        };

    private static string? PeriodOf(ItemAction action, ErasureRule rule) =>
        action is ItemAction.Retain && rule.Period is { } period
            ? string.Create(CultureInfo.InvariantCulture, $"{period.Value}{period.Unit}")
            : null;
}

/// <summary>What a plan expects of a table.</summary>
/// <param name="Rows">Rows that match.</param>
/// <param name="Bytes">Bytes that the statement would read; <see langword="null"/> where the warehouse does not say.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ItemEstimate(long Rows, long? Bytes);

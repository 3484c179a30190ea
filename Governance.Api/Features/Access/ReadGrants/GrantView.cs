using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Preview;
using Governance.Api.Features.Access.Requests;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Access.ReadGrants;

/// <summary>A grant, as people read it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">What was last observed in the warehouse: <c>approved</c>, <c>applied</c>, <c>verified</c>, <c>expired</c>, <c>revoked</c>.</param>
/// <param name="Person">Who holds it, by the directory's id.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Purpose">The purpose.</param>
/// <param name="View">The view to query: <c>published.&lt;name&gt;</c>.</param>
/// <param name="Columns">What it shows of each column.</param>
/// <param name="Rows">Which rows.</param>
/// <param name="SmallestGroup">Groups of fewer people are not answered; left out where rows are shown.</param>
/// <param name="GrantedAt">Since when.</param>
/// <param name="Until">Until when.</param>
/// <param name="BreakGlass">Whether it is an emergency.</param>
/// <param name="ApprovedBy">Who approved.</param>
/// <param name="Renewals">How often it was renewed.</param>
/// <param name="UnusedColumns">Columns that no query has read; a renewal drops them. Left out where the warehouse does not tell.</param>
/// <param name="LastUsedAt">When it was last queried.</param>
/// <param name="ObservedAt">When the warehouse was last looked at.</param>
/// <param name="Fault">Why the warehouse does not hold what was decided.</param>
/// <param name="Ended">How it ended.</param>
/// <param name="Sql">What carries it out, as the warehouse gave it back.</param>
/// <param name="Policy">By which policies it was given, or last changed.</param>
/// <param name="Request">Where the request can be read.</param>
internal sealed record GrantView(
    Guid Id,
    string State,
    string Person,
    string Dataset,
    string Purpose,
    string View,
    IReadOnlyList<ColumnView> Columns,
    RowsView Rows,
    int? SmallestGroup,
    DateTimeOffset GrantedAt,
    DateTimeOffset Until,
    bool BreakGlass,
    IReadOnlyList<string> ApprovedBy,
    int Renewals,
    IReadOnlyList<string>? UnusedColumns,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ObservedAt,
    GrantFaultView? Fault,
    GrantEndView? Ended,
    IssuedSqlView Sql,
    PolicyStamp Policy,
    string Request
)
{
    public static GrantView Of(Grant grant, bool isUseKnown) =>
        new(
            grant.Id,
            grant.State.Name(),
            grant.Person,
            grant.Dataset,
            grant.Purpose,
            $"published.{grant.ViewName}",
            [.. grant.Plan.Columns.Select(ColumnView.Of)],
            RowsView.Of(grant.Plan.Condition, grant.RuleSql),
            grant.Plan.SmallestGroup?.Size,
            grant.GrantedAt,
            grant.Until,
            grant.IsBreakGlass,
            grant.ApprovedBy,
            grant.Renewals,
            isUseKnown ? [.. grant.Plan.Names.Except(grant.UsedColumns, StringComparer.Ordinal)] : null,
            grant.LastUsedAt,
            grant.ObservedAt,
            grant.FaultCode is null
                ? null
                : new GrantFaultView(grant.FaultCode, grant.FaultText!, grant.FaultSince!.Value),
            grant.End is { } end
                ? new GrantEndView(end.Final().Name(), grant.EndedAt!.Value, grant.EndedBy, grant.EndReason)
                : null,
            new IssuedSqlView(grant.ViewSql, grant.RuleSql),
            new PolicyStamp(grant.PolicyVersion, grant.PolicyHash),
            AccessAddresses.OfRequest(grant.RequestId)
        );
}

/// <summary>Why the warehouse does not hold what was decided.</summary>
internal sealed record GrantFaultView(string Code, string Detail, DateTimeOffset Since);

/// <summary>How a grant ended. It is gone from the warehouse when its state says so.</summary>
internal sealed record GrantEndView(string How, DateTimeOffset At, string? By, string? Reason);

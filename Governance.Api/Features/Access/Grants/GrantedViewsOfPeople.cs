using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Query;
using Governance.Api.Identity;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Api.Features.Access.Grants;

/// <summary>What a person may query: the views of their grants that stand in the warehouse and have not ended.</summary>
internal sealed class GrantedViewsOfPeople(GrantStore grants, GrantMembers members, TimeProvider time) : IGrantedViews
{
    // How often a use of what was used before is written down again.
    private static readonly TimeSpan s_often = TimeSpan.FromMinutes(1);

    public async Task<GrantedViews> ReadAsync(Actor actor, CancellationToken cancellationToken)
    {
        var member = members.Of(actor);
        if (!member.IsOk)
        {
            return GrantedViews.None;
        }

        var held = await grants.ReadAsync(
            all => GrantStates.Standing(all, actor.Id, time.GetUtcNow()).OrderBy(grant => grant.GrantedAt),
            cancellationToken
        );
        return new GrantedViews(
            [
                .. held.Select(grant => new GrantedView(
                    grant.Dataset,
                    grant.ViewName,
                    grant.Plan.SmallestGroup,
                    grant.Until
                )),
            ],
            [member.Value]
        );
    }

    public async Task RecordUseAsync(QueriedStatement statement, CancellationToken cancellationToken)
    {
        var names = statement.Views.Select(view => view.Name).ToHashSet(StringComparer.Ordinal);
        var now = time.GetUtcNow();
        var used = await grants.ReadAsync(all => all.Where(grant => names.Contains(grant.ViewName)), cancellationToken);
        Guid[] told =
        [
            .. used.Where(grant =>
                    Read(statement, grant).Except(grant.UsedColumns, StringComparer.Ordinal).Any()
                    || grant.LastUsedAt is not { } last
                    || now - last > s_often
                )
                .Select(grant => grant.Id),
        ];
        if (told.Length > 0)
        {
            await grants.ChangeAsync(
                told,
                (_, grant) =>
                {
                    grant.UsedColumns = [.. grant.UsedColumns.Union(Read(statement, grant), StringComparer.Ordinal)];
                    grant.LastUsedAt = now;
                    return Task.CompletedTask;
                },
                cancellationToken
            );
        }
    }

    private static IEnumerable<string> Read(QueriedStatement statement, Grant grant) =>
        statement.Columns is { } columns
            ? grant.Plan.Names.Where(name => columns.Contains(name, StringComparer.OrdinalIgnoreCase))
            : grant.Plan.Names;
}

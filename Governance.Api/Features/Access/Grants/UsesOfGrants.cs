using Governance.Api.Features.SubjectRequests;

namespace Governance.Api.Features.Access.Grants;

/// <summary>What grants were given for, and to whom by role.</summary>
internal sealed class UsesOfGrants(GrantStore grants) : IDataUses
{
    public async Task<IReadOnlyList<DataUse>> ReadAsync(
        IReadOnlyCollection<string> datasets,
        CancellationToken cancellationToken
    )
    {
        var given = await grants.ReadAsync(
            all => all.Where(grant => datasets.Contains(grant.Dataset)),
            cancellationToken
        );
        return
        [
            .. given
                .GroupBy(grant => (grant.Dataset, grant.Purpose))
                .OrderBy(use => use.Key)
                .Select(use => new DataUse(
                    use.Key.Dataset,
                    use.Key.Purpose,
                    [
                        .. use.SelectMany(grant => grant.Roles)
                            .Distinct(StringComparer.Ordinal)
                            .Order(StringComparer.Ordinal),
                    ],
                    use.Max(grant => grant.Until)
                )),
        ];
    }
}

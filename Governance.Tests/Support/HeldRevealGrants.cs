using System.Collections.Immutable;
using Governance.Api.Features.Revealing;
using Governance.Api.Identity;

namespace Governance.Tests.Support;

/// <summary>Stands for whoever keeps the grants: the sample analyst's, for any dataset.</summary>
internal sealed class HeldRevealGrants : IRevealGrants
{
    private static readonly string Analyst = SamplePerson.Find(Roles.Analyst)!.ObjectId;

    public ImmutableArray<RevealGrant> Grants { get; set; } = [];

    public Task<ImmutableArray<RevealGrant>> ReadAsync(
        Actor actor,
        string dataset,
        CancellationToken cancellationToken
    ) => Task.FromResult(actor.Id == Analyst ? Grants : []);

    /// <summary>A grant of an hour.</summary>
    public static RevealGrant Of(string purpose, params ImmutableArray<string> columns) =>
        new("grant-1", purpose, columns, TimeProvider.System.GetUtcNow().AddHours(1), ApprovedByOwner: false);
}

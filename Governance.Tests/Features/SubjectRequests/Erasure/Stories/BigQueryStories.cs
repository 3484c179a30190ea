using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Stories;

/// <summary>The story on the stand-in for BigQuery, with the state in a file.</summary>
public sealed class BigQueryOnSqliteStory(SharedStandIn standIn) : ErasureStorySuite, IClassFixture<SharedStandIn>
{
    private protected override async Task<ErasureWorld> StartAsync() =>
        await ErasureWorld.CreateAsync(StateKind.Sqlite, await standIn.NewAsync());
}

/// <summary>The story as in production: the stand-in for BigQuery, state and vault in PostgreSQL.</summary>
public sealed class BigQueryOnPostgresStory(SharedStandIn standIn) : ErasureStorySuite, IClassFixture<SharedStandIn>
{
    private protected override async Task<ErasureWorld> StartAsync() =>
        await ErasureWorld.CreateAsync(StateKind.Postgres, await standIn.NewAsync());
}

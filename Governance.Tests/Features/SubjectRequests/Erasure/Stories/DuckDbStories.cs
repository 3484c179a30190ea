using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Stories;

/// <summary>The story on the embedded defaults.</summary>
public sealed class DuckDbOnSqliteStory : ErasureStorySuite
{
    private protected override Task<ErasureWorld> StartAsync() => ErasureWorld.CreateAsync();
}

/// <summary>The story on DuckDB, with state and vault in PostgreSQL.</summary>
public sealed class DuckDbOnPostgresStory : ErasureStorySuite
{
    private protected override Task<ErasureWorld> StartAsync() => ErasureWorld.CreateAsync(StateKind.Postgres);
}

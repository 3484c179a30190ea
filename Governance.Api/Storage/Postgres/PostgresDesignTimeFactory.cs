using Microsoft.EntityFrameworkCore.Design;

namespace Governance.Api.Storage.Postgres;

/// <summary>Lets <c>dotnet ef</c> read the model without starting the service. No server is asked.</summary>
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresStateDbContext>
{
    public PostgresStateDbContext CreateDbContext(string[] args) => PostgresContexts.ForDesign();
}

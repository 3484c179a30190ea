using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Governance.Api.Storage;

/// <summary>Lets <c>dotnet ef</c> read the model without starting the service. No file is opened.</summary>
internal sealed class StateDesignTimeFactory : IDesignTimeDbContextFactory<StateDbContext>
{
    public StateDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<StateDbContext>().UseSqlite("Data Source=:memory:").Options);
}

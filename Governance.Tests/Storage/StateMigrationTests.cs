using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Governance.Tests.Storage;

public sealed class StateMigrationTests
{
    [Fact]
    public async Task Model_ComparedWithItsMigrations_HasNoPendingChange()
    {
        await using var state = await StateFixture.CreateAsync();
        await using var db = await state.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);

        db.Database.HasPendingModelChanges()
            .Should()
            .BeFalse(
                "a changed entity wants: dotnet ef migrations add <Name> --project Governance.Api --output-dir Storage/Migrations"
            );
    }

    [Fact]
    public async Task Prepare_ASecondTime_ChangesNothing()
    {
        await using var state = await StateFixture.CreateAsync();

        await state.PrepareAsync();

        await using var db = await state.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        (await db.Database.GetAppliedMigrationsAsync(TestContext.Current.CancellationToken)).Should().ContainSingle();
    }
}

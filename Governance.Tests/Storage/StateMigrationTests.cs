using Governance.Api.Features.Suppression;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Governance.Tests.Storage;

public sealed class StateMigrationTests
{
    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task Model_ComparedWithItsMigrations_HasNoPendingChange(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        await using var db = await state.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);

        db.Database.HasPendingModelChanges()
            .Should()
            .BeFalse("a changed entity wants a migration for each database; CONTRIBUTING.md has both commands");
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task Prepare_ASecondTime_ChangesNothing(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);

        await state.PrepareAsync();

        await using var db = await state.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        (await db.Database.GetAppliedMigrationsAsync(TestContext.Current.CancellationToken))
            .Should()
            .Equal(db.Database.GetMigrations());
    }

    [Fact]
    public async Task Prepare_SeveralProcessesAtOnceOnAnEmptyDatabase_AllEndWell()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        var states = Enumerable.Range(0, 4).Select(_ => StateFixture.Over(database)).ToArray();

        await Task.WhenAll(states.Select(state => Task.Run(state.PrepareAsync)));

        foreach (var state in states)
        {
            await using var db = await state.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
            (await db.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken)).Should().BeEmpty();
        }

        foreach (var state in states)
        {
            await state.DisposeAsync();
        }
    }

    [Fact]
    public async Task Prepare_StateOfTheFirstVersion_KeepsItsSuppressions()
    {
        await using var state = await StateFixture.CreateAsync();
        await using var db = await state.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        await db.Database.MigrateAsync("Initial", TestContext.Current.CancellationToken);
        await db.Database.ExecuteSqlRawAsync(
            """INSERT INTO suppressions ("Domain", "Index", "RequestId", "SuppressedAt") VALUES ('email', '00', 'r', 1)""",
            TestContext.Current.CancellationToken
        );

        await state.PrepareAsync();

        (await db.Set<SuppressedIdentifier>().AsNoTracking().SingleAsync(TestContext.Current.CancellationToken))
            .Position.Should()
            .Be(0);
    }
}

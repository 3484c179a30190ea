using Governance.Api.Features.Suppression;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Features.Suppression;

public sealed class StoredSuppressionsTests
{
    private static readonly IdentifierKey One = new("email", new BlindIndex(1, 2));
    private static readonly IdentifierKey Two = new("email", new BlindIndex(1, 3));

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AddAsync_New_IsInForceWhenItReturnsAndAfterARestart(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var list = await LoadAsync(state);

        (await list.AddAsync([One], "request", CancellationToken.None)).Should().Be(1);

        list.Contains(One).Should().BeTrue();
        list.Contains(Two).Should().BeFalse();
        list.Contains(One with { Domain = "phone" }).Should().BeFalse();
        (await LoadAsync(state)).Contains(One).Should().BeTrue();
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AddAsync_Again_CountsOnlyWhatIsNew(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var list = await LoadAsync(state);
        await list.AddAsync([One], "first", CancellationToken.None);

        (await list.AddAsync([One, Two, Two], "second", CancellationToken.None)).Should().Be(1);

        list.Count.Should().Be(2);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AddAsync_InAWriteThatFails_IsNotInForce(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var list = await LoadAsync(state);

        var write = () =>
            state.Store.WriteAsync<int>(
                async db =>
                {
                    await list.AddAsync(db, [One], "request", CancellationToken.None);
                    throw new InvalidOperationException("stop");
                },
                CancellationToken.None
            );

        await write.Should().ThrowAsync<InvalidOperationException>();
        list.Contains(One).Should().BeFalse();
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task Contains_BeforeLoading_SaysSoRatherThanNo(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var list = new StoredSuppressions(state.Store, new FakeTimeProvider());

        var ask = () => list.Contains(One);

        ask.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task RefreshAsync_AddedByAnotherProcess_IsInForceWhenItReturns()
    {
        await using var state = await StateFixture.CreateAsync(StateKind.Postgres);
        await using var other = StateFixture.Over(state.Database);
        var (here, there) = (await LoadAsync(state), await LoadAsync(other));
        await there.AddAsync([One], "first", CancellationToken.None);
        here.Contains(One).Should().BeFalse();

        await here.RefreshAsync(CancellationToken.None);
        here.Contains(One).Should().BeTrue();

        await here.AddAsync([Two], "second", CancellationToken.None);
        await there.AddAsync([One with { Domain = "phone" }], "third", CancellationToken.None);
        await here.RefreshAsync(CancellationToken.None);
        here.Contains(One with { Domain = "phone" }).Should().BeTrue();
        here.Count.Should().Be(3);
    }

    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task AddAsync_OfWhoBeganAnew_SuppressesFromThenOn(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var clock = new FakeTimeProvider();
        var list = await LoadAsync(state, clock);
        await list.AddAsync([One], "first", CancellationToken.None);
        list.SuppressedSince(One).Should().Be(clock.GetUtcNow());
        list.SuppressedSince(Two).Should().BeNull();

        clock.Advance(TimeSpan.FromHours(1));
        await list.RenewAsync([One], CancellationToken.None);
        (await RenewedAsync(state)).Should().Be(clock.GetUtcNow());
        list.SuppressedSince(One).Should().Be(clock.GetUtcNow().AddHours(-1), "what is older is dropped still");

        clock.Advance(TimeSpan.FromHours(1));
        (await list.AddAsync([One], "second", CancellationToken.None)).Should().Be(0);
        list.SuppressedSince(One).Should().Be(clock.GetUtcNow());
        (await RenewedAsync(state)).Should().BeNull("erased again");
        (await LoadAsync(state, clock)).SuppressedSince(One).Should().Be(clock.GetUtcNow());

        await list.RenewAsync([One], CancellationToken.None);
        (await RenewedAsync(state)).Should().Be(clock.GetUtcNow(), "and begun once more");
    }

    private static Task<DateTimeOffset?> RenewedAsync(StateFixture state) =>
        state.Store.ReadAsync(
            db => db.Set<SuppressedIdentifier>().Select(one => one.RenewedAt).SingleAsync(),
            CancellationToken.None
        );

    private static Task<StoredSuppressions> LoadAsync(StateFixture state) => LoadAsync(state, new FakeTimeProvider());

    private static async Task<StoredSuppressions> LoadAsync(StateFixture state, TimeProvider clock)
    {
        var list = new StoredSuppressions(state.Store, clock);
        await list.LoadAsync(CancellationToken.None);
        return list;
    }
}

using System.Text;
using Governance.Masking.Columns;
using Governance.Masking.Keys;
using Governance.Masking.Methods.Normalization;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Vault;

public sealed class IdentifiersTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly FakeTimeProvider _time = new();
    private readonly IdentifiersOptions _options = new() { CacheCapacity = 10 };
    private SqliteVault _vault = null!;
    private CountingVault _counting = null!;
    private Identifiers _identifiers = null!;

    public async ValueTask InitializeAsync()
    {
        _vault = await SqliteVault.OpenAsync(_folder.File("vault.db"));
        _counting = new CountingVault(_vault);
        _identifiers = new Identifiers(_keys, _counting, _options, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _identifiers.DisposeAsync();
        await _vault.DisposeAsync();
        _keys.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ResolveAsync_SameIdentifierInAnotherForm_HasTheSameSurrogate()
    {
        var first = await ResolveAsync("email", "Ada@Example.org");
        var again = await ResolveAsync("email", "  ada@example.ORG ");
        again.Surrogate.Should().Be(first.Surrogate);
        (await _vault.CountAsync(default)).Should().Be(1);
    }

    [Fact]
    public async Task ResolveAsync_OtherDomain_HasAnotherSurrogate()
    {
        var first = await ResolveAsync("customer_id", "1");
        var other = await ResolveAsync("account_number", "1");
        other.Surrogate.Should().NotBe(first.Surrogate);
    }

    [Fact]
    public async Task ResolveAsync_Surrogate_IsVersion4()
    {
        var surrogate = (await ResolveAsync("email", "a@b")).Surrogate;
        surrogate.Version.Should().Be(4);
        surrogate.Variant.Should().BeInRange(8, 11);
    }

    [Fact]
    public async Task ResolveAsync_Known_AsksTheVaultOnceInItsLife()
    {
        _ = await ResolveAsync("email", "a@b");
        var calls = _counting.Calls;
        _ = await ResolveAsync("email", "a@b");
        _counting.Calls.Should().Be(calls);
        _time.Advance(_options.CacheLife);
        _ = await ResolveAsync("email", "a@b");
        _counting.Calls.Should().Be(calls + 1);
    }

    [Fact]
    public async Task ResolveAsync_ManyAtOnce_AreAllResolvedWhateverTheCapacity()
    {
        var plain = Enumerable
            .Range(0, 200)
            .ToDictionary(
                index => Key("customer_id", $"c-{index}"),
                index => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"c-{index}")
            );
        var into = new Dictionary<IdentifierKey, ResolvedIdentifier>();
        await _identifiers.ResolveAsync(plain, into, default);
        into.Should().HaveCount(200);
        into.Values.Select(resolved => resolved.Surrogate).Should().OnlyHaveUniqueItems();
        _counting.Calls.Should().Be(2, "one to find, one to add");
    }

    [Fact]
    public async Task ResolveAsync_FromTwoProcessesAtOnce_Agree()
    {
        await using var second = await SqliteVault.OpenAsync(_folder.File("vault.db"));
        await using var others = new Identifiers(_keys, second, _options, _time);
        var tasks = Enumerable
            .Range(0, 40)
            .Select(index =>
                Task.Run(() => ResolveAsync("email", $"{index / 4}@b", index % 2 == 0 ? _identifiers : others))
            );
        var resolved = await Task.WhenAll(tasks);
        resolved.Select(one => one.Surrogate).Distinct().Should().HaveCount(10);
    }

    [Fact]
    public async Task DestroyAsync_Known_LeavesNothingInMemoryOrVault()
    {
        var first = await ResolveAsync("email", "a@b");
        (await _identifiers.DestroyAsync([Key("email", "a@b")], default)).Should().Be(1);
        (await _identifiers.FindAsync([Key("email", "a@b")], default)).Should().BeEmpty();
        (await _identifiers.FindBySurrogateAsync([first.Surrogate], default)).Should().BeEmpty();
        var again = await ResolveAsync("email", "a@b");
        again.Surrogate.Should().NotBe(first.Surrogate, "a person who comes back is a new one");
        var context = new SealContext("email", "user.name");
        again.Key.TryOpen(context, first.Key.Seal(context, "Ada"u8), out _).Should().BeFalse();
    }

    [Fact]
    public async Task DestroyAsync_WhileAnotherReads_IsNotUndoneByItsCache()
    {
        _ = await ResolveAsync("email", "a@b");
        var key = Key("email", "a@b");
        await using var late = new Identifiers(_keys, _counting, _options, _time);
        var release = _counting.HoldNextFind();
        var reading = ResolveAsync("email", "a@b", late);
        (await late.DestroyAsync([key], default)).Should().Be(1);
        release.SetResult();
        var stale = await reading;
        var fresh = await ResolveAsync("email", "a@b", late);
        fresh.Surrogate.Should().NotBe(stale.Surrogate);
    }

    [Fact]
    public async Task RevealAsync_Surrogate_GivesTheIdentifierAsItCame()
    {
        var resolved = await ResolveAsync("email", "Ada@Example.org");
        var revealed = await _identifiers.RevealAsync("email", [resolved.Surrogate, Guid.Empty], default);
        revealed.Should().ContainSingle();
        revealed[resolved.Surrogate].Should().Equal("Ada@Example.org"u8.ToArray());
    }

    [Fact]
    public async Task ResolveAsync_VaultOfOtherKeys_Refuses()
    {
        var row = new VaultRow(Key("email", "a@b"), Guid.Empty, new byte[85], []);
        _ = await _vault.GetOrAddAsync([row], default);
        var resolve = () => ResolveAsync("email", "a@b");
        await resolve.Should().ThrowAsync<VaultException>().WithMessage("*email*");
    }

    [Theory]
    [InlineData("email", new byte[] { 0xff }, NormalizationFailure.InvalidUtf8)]
    [InlineData("email", new byte[] { }, NormalizationFailure.Empty)]
    [InlineData("email", new byte[] { 0x20, 0x09 }, NormalizationFailure.Empty)]
    public void TryGetKey_NoIdentifier_SaysWhy(string domain, byte[] value, NormalizationFailure expected)
    {
        _identifiers.TryGetKey(domain, value, out _, out var failure).Should().BeFalse();
        failure.Should().Be(expected);
    }

    [Fact]
    public void TryGetKey_FiveMegabytes_IsTooLong()
    {
        _identifiers.TryGetKey("email", new byte[5_000_000], out _, out var failure).Should().BeFalse();
        failure.Should().Be(NormalizationFailure.TooLong);
    }

    [Theory]
    [InlineData("email", "ada@example.org")]
    [InlineData("phone", "+447700900123")]
    [InlineData("customer_id", "c-0042")]
    [InlineData("mpan", "20 0012 3456 789")]
    public void TryGetKey_PlainAscii_AllocatesNothing(string domain, string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        _ = _identifiers.TryGetKey(domain, utf8, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            _ = _identifiers.TryGetKey(domain, utf8, out _);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ResolveAsync_ColumnInMemory_IsDoneAtOnceAndAllocatesNothing(bool needsSubjectKeys)
    {
        await using var identifiers = new Identifiers(_keys, _counting, new IdentifiersOptions(), _time);
        var values = new ValueColumn();
        IdentifierColumn[] columns = [new IdentifierColumn("customer_id", values, needsSubjectKeys)];
        for (var number = 0; number < 300; number++)
        {
            values.Add(Encoding.UTF8.GetBytes($"c-{number}"));
        }

        // The first time from the vault, then from memory.
        for (var round = 0; round < 3; round++)
        {
            identifiers.Index(columns[0]);
            await identifiers.ResolveAsync(columns, default);
        }

        var calls = _counting.Calls;
        var before = GC.GetAllocatedBytesForCurrentThread();
        identifiers.Index(columns[0]);
        var resolving = identifiers.ResolveAsync(columns, default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        resolving.IsCompletedSuccessfully.Should().BeTrue();
        await resolving;
        allocated.Should().Be(0);
        _counting.Calls.Should().Be(calls);
    }

    [Fact]
    public async Task ResolveAsync_Columns_AgreeWithSingleValues()
    {
        var values = new ValueColumn();
        values.Add("Ada@Example.org"u8);
        values.Add(new byte[] { 0xff });
        values.Add("excluded@example.org"u8);
        values.Add("ada@example.org"u8);
        values.Add(Encoding.UTF8.GetBytes(new string('x', 900)));
        var column = new IdentifierColumn("email", values, needsSubjectKeys: true);
        var plain = new IdentifierColumn("email", values, needsSubjectKeys: false);
        foreach (var one in new[] { column, plain })
        {
            _identifiers.Index(one);
            one.Exclude(2);
        }

        await _identifiers.ResolveAsync([plain, column], default);
        column.KeyOf(0).Should().Be(Key("email", "ada@example.org"));
        column.KeyOf(4).Should().Be(Key("email", new string('x', 900)));
        column.IsIdentifier(1).Should().BeFalse();
        column.SurrogateOf(1).Should().Be(Guid.Empty);
        column.SurrogateOf(2).Should().Be(Guid.Empty);
        column.SubjectKeyOf(2).Should().BeNull();
        column.SurrogateOf(3).Should().Be(column.SurrogateOf(0)).And.Be(plain.SurrogateOf(0));
        var single = await ResolveAsync("email", "ada@example.org");
        single.Surrogate.Should().Be(column.SurrogateOf(0));
        var context = new SealContext("email", "user.name");
        single.Key.TryOpen(context, column.SubjectKeyOf(3)!.Seal(context, "Ada"u8), out _).Should().BeTrue();
        (await _vault.CountAsync(default))
            .Should()
            .Be(2, "neither the excluded one nor what is no identifier has a row");
    }

    [Fact]
    public async Task ResolveAsync_SurrogateAloneOfARowThatWasTamperedWith_Refuses()
    {
        _ = await ResolveAsync("email", "a@b");
        var row = (await _vault.FindAsync([Key("email", "a@b")], default)).Single();
        _ = await _vault.DestroyAsync([row.Key], default);
        _ = await _vault.GetOrAddAsync([row with { Surrogate = RandomUuid.Create() }], default);
        await using var fresh = new Identifiers(_keys, _vault, _options, _time);
        var values = new ValueColumn();
        values.Add("a@b"u8);
        var column = new IdentifierColumn("email", values, needsSubjectKeys: false);
        fresh.Index(column);
        var resolve = async () => await fresh.ResolveAsync([column], default);
        await resolve.Should().ThrowAsync<VaultException>();
    }

    private IdentifierKey Key(string domain, string value)
    {
        _identifiers.TryGetKey(domain, Encoding.UTF8.GetBytes(value), out var key).Should().BeTrue();
        return key;
    }

    private async Task<ResolvedIdentifier> ResolveAsync(string domain, string value, Identifiers? identifiers = null)
    {
        var key = Key(domain, value);
        var into = new Dictionary<IdentifierKey, ResolvedIdentifier>();
        await (identifiers ?? _identifiers).ResolveAsync(
            new Dictionary<IdentifierKey, ReadOnlyMemory<byte>> { [key] = Encoding.UTF8.GetBytes(value) },
            into,
            default
        );
        return into[key];
    }

    private sealed class CountingVault(IVault inner) : IVault
    {
        private TaskCompletionSource? _held;

        public int Calls { get; private set; }

        /// <summary>The next search reads, then waits until this is set before it answers.</summary>
        public TaskCompletionSource HoldNextFind() => _held = new TaskCompletionSource();

        public ValueTask<IReadOnlyList<VaultRow>> GetOrAddAsync(
            IReadOnlyList<VaultRow> candidates,
            CancellationToken cancellationToken
        )
        {
            Calls++;
            return inner.GetOrAddAsync(candidates, cancellationToken);
        }

        public async ValueTask<IReadOnlyList<VaultRow>> FindAsync(
            IReadOnlyCollection<IdentifierKey> keys,
            CancellationToken cancellationToken
        )
        {
            Calls++;
            var rows = await inner.FindAsync(keys, cancellationToken);
            if (Interlocked.Exchange(ref _held, null) is { } held)
            {
                await held.Task;
            }

            return rows;
        }

        public ValueTask<IReadOnlyList<VaultRow>> FindBySurrogateAsync(
            IReadOnlyCollection<Guid> surrogates,
            CancellationToken cancellationToken
        ) => inner.FindBySurrogateAsync(surrogates, cancellationToken);

        public ValueTask<VaultReplacement> ReplaceAsync(
            IdentifierKey key,
            VaultRow row,
            CancellationToken cancellationToken
        ) => inner.ReplaceAsync(key, row, cancellationToken);

        public ValueTask<int> DestroyAsync(
            IReadOnlyCollection<IdentifierKey> keys,
            CancellationToken cancellationToken
        ) => inner.DestroyAsync(keys, cancellationToken);

        public ValueTask<Destructions> DestroyedSinceAsync(long? position, CancellationToken cancellationToken) =>
            inner.DestroyedSinceAsync(position, cancellationToken);

        public ValueTask<long> CountAsync(CancellationToken cancellationToken) => inner.CountAsync(cancellationToken);
    }
}

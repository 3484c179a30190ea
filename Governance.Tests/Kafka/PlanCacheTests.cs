using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Kafka;

public sealed class PlanCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task GetAsync_TheKeysetChanged_CompilesOnceMore()
    {
        var kek = LocalKeyFile.LoadOrCreate(_folder.File("kek.json"));
        using var keys = await TenantKeys.LoadOrCreateAsync(_folder.Path, kek);
        var parts = new Parts();
        var cache = new PlanCache(parts, parts, keys, TimeProvider.System);
        var first = await cache.GetAsync("notes", 7, default);
        (await cache.GetAsync("notes", 7, default)).Should().BeSameAs(first);
        first.Plan.Should().NotBeNull();

        await new KeyRotation(_folder.Path, kek, [], TimeProvider.System).AddAsync(new KeyAct(), default);
        (await cache.GetAsync("notes", 7, default)).Should().BeSameAs(first, "it has not been read yet");
        await keys.ReloadAsync(default);

        var second = await cache.GetAsync("notes", 7, default);
        second.Plan.Should().NotBeNull().And.NotBeSameAs(first.Plan);
        (await cache.GetAsync("notes", 7, default)).Should().BeSameAs(second);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Parts : IContractCatalogSource, ISchemaRegistry
    {
        private const string Schema = """
            { "type": "record", "name": "Note", "fields": [ { "name": "text", "type": "string" } ] }
            """;

        public ContractCatalog Current { get; } =
            new([
                new Contract(
                    "notes",
                    "1.0.0",
                    "notes",
                    "active",
                    "team",
                    "hash",
                    [Dataset("notes", null, Personal("text", "token"))]
                ),
            ]);

        public ValueTask<string> GetSchemaAsync(int id, CancellationToken cancellationToken) => new(Schema);

        public Task<RegisteredSchema> GetLatestAsync(string subject, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<RegisteredSchema?> LookUpAsync(
            string subject,
            string schema,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }
}

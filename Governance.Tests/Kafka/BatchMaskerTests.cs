using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Kafka;

/// <summary>No event stops its topic, whatever stands in it or in the registry.</summary>
public sealed class BatchMaskerTests : IAsyncLifetime
{
    private const string Schema = """
        { "type": "record", "name": "Note", "fields": [
          { "name": "id", "type": "string" },
          { "name": "words", "type": { "type": "map", "values": "string" } } ] }
        """;

    private readonly MaskingBench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("{")]
    [InlineData("nothing")]
    [InlineData("""{"type":"record"}""")]
    [InlineData("""{"type":{"type":{}}}""")]
    public async Task MaskAsync_ASchemaThatIsNone_RefusesItsEvents(string schema)
    {
        var masked = await MaskAsync(schema, Note(0, "C-1", "key"u8));

        masked.Refused.Should().ContainSingle().Which.Code.Should().Be(EventFaults.PlanRefused);
    }

    private async Task<MaskedEvents> MaskAsync(string schema, params SourceEvent[] events)
    {
        var dataset = Dataset(
            "notes",
            "id",
            Identifier("id", "customer_id", Link.Owns),
            Personal("words", "seal", "user.content")
        );
        var parts = new Parts(new Contract("notes", "1.0.0", "notes", "active", "team", "hash", [dataset]), schema);
        var masker = new BatchMasker(
            new PlanCache(parts, parts, _bench.Keys, TimeProvider.System),
            _bench.Identifiers,
            parts,
            new InterceptorOptions()
        );
        return await masker.MaskAsync(events, TestContext.Current.CancellationToken);
    }

    private static SourceEvent Note(long offset, string id, ReadOnlySpan<byte> key)
    {
        byte[] value =
        [
            .. new byte[] { 0, 0, 0, 0, 7 },
            (byte)(id.Length * 2),
            .. Encoding.UTF8.GetBytes(id),
            2,
            (byte)(key.Length * 2),
            .. key,
            2,
            (byte)'x',
            0,
        ];
        return new SourceEvent("notes", 0, offset, DateTimeOffset.UnixEpoch, value);
    }

    private sealed class Parts(Contract contract, string schema)
        : IContractCatalogSource,
            ISchemaRegistry,
            ISuppressionList
    {
        public ContractCatalog Current { get; } = new([contract]);

        public ValueTask<string> GetSchemaAsync(int id, CancellationToken cancellationToken) => new(schema);

        public Task<RegisteredSchema> GetLatestAsync(string subject, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<RegisteredSchema?> LookUpAsync(
            string subject,
            string schema,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public bool Contains(in IdentifierKey key) => false;
    }
}

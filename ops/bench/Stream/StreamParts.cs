using System.Collections.Concurrent;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Vault;

namespace Governance.Bench.Stream;

/// <summary>What the interceptor needs around it and is not measured here: registry, quarantine, suppressions, a warehouse that takes nothing.</summary>
internal sealed class StreamParts(ContractCatalog catalog, string writerSchema)
    : IContractCatalogSource,
        ISchemaRegistry,
        IQuarantine,
        ISuppressionList,
        IMaskedSink
{
    private readonly ConcurrentDictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <summary>How many events could not be masked: none, or the measurement says nothing.</summary>
    public int Quarantined { get; private set; }

    public ContractCatalog Current => catalog;

    public ValueTask<string> GetSchemaAsync(int id, CancellationToken cancellationToken) => new(writerSchema);

    public Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken) =>
        Task.FromResult(_ids.GetOrAdd(schema, _ => _ids.Count + 10));

    public Task<RegisteredSchema> GetLatestAsync(string subject, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<RegisteredSchema?> LookUpAsync(string subject, string schema, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task AddAsync(IReadOnlyList<QuarantinedEvent> events, CancellationToken cancellationToken)
    {
        Quarantined += events.Count;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<KeptEvent>> ReadAsync(
        QuarantineFilter filter,
        long after,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<int> RemoveAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<QuarantineCount>> CountAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public bool Contains(in IdentifierKey key) => false;

    public Task EnsureTableAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadPositionsAsync(
        string source,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public ValueTask<IAsyncDisposable> EnterWriteAsync(CancellationToken cancellationToken) => new(new Lease());

    public Task AppendAsync(MaskedBatch batch, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task ProbeAsync(MaskedRows rows, CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Lease : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

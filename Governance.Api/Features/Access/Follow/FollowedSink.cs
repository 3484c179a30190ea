using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;

namespace Governance.Api.Features.Access.Follow;

/// <summary>The sink, watched: what it has committed is passed on to whoever follows. A batch that was refused or taken back is not.</summary>
internal sealed class FollowedSink(IMaskedSink sink, LandedBatches landed) : IMaskedSink
{
    public Task EnsureTableAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken) =>
        sink.EnsureTableAsync(dataset, schema, cancellationToken);

    public Task<IReadOnlyDictionary<(string Topic, int Partition), long>> ReadPositionsAsync(
        string source,
        CancellationToken cancellationToken
    ) => sink.ReadPositionsAsync(source, cancellationToken);

    // Not async: the gate leaves its mark in the caller's flow.
    public ValueTask<IAsyncDisposable> EnterWriteAsync(CancellationToken cancellationToken) =>
        sink.EnterWriteAsync(cancellationToken);

    public ValueTask<IAsyncDisposable> EnterLandingAsync(CancellationToken cancellationToken) =>
        sink.EnterLandingAsync(cancellationToken);

    public async Task AppendAsync(MaskedBatch batch, CancellationToken cancellationToken)
    {
        await sink.AppendAsync(batch, cancellationToken);
        landed.Add(batch);
    }

    public Task ProbeAsync(MaskedRows rows, CancellationToken cancellationToken) =>
        sink.ProbeAsync(rows, cancellationToken);
}

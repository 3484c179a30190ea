using Governance.Api.Features.Health;

namespace Governance.Api.Storage;

/// <summary>Whether the state answers.</summary>
internal sealed class StateHealth(IStateStore store) : IHealthPart
{
    public string Name => "state";

    public async ValueTask<PartState> CheckAsync(CancellationToken cancellationToken) =>
        await store.ReadAsync(db => db.Database.CanConnectAsync(cancellationToken), cancellationToken)
            ? PartState.Up
            : PartState.Down("The state's file cannot be opened. Is the data directory still there?");
}

using Governance.Api.Features.Health;

namespace Governance.Api.Storage.Postgres;

/// <summary>Whether PostgreSQL answers, under the name of a part that stands there.</summary>
internal sealed class PostgresHealth(PostgresServer server, string name) : IHealthPart
{
    public string Name => name;

    public async ValueTask<PartState> CheckAsync(CancellationToken cancellationToken) =>
        await server.ProbeAsync(cancellationToken) is { } fault
            ? PartState.Down(fault)
            : PartState.Up with
            {
                Detail = $"PostgreSQL at {server.Where}",
            };
}

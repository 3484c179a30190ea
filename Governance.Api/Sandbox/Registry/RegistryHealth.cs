using Governance.Api.Features.Health;
using Governance.Masking.Kafka;

namespace Governance.Api.Sandbox.Registry;

/// <summary>Asks the registry for a subject; that there is none is an answer, too.</summary>
internal sealed class RegistryHealth(ISchemaRegistry registry) : IHealthPart
{
    public string Name => "registry";

    public async ValueTask<PartState> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await registry.GetLatestAsync("customers-value", cancellationToken);
            return PartState.Up;
        }
        catch (SchemaRegistryException exception) when (exception.Failure == SchemaRegistryFailure.NotFound)
        {
            return PartState.Up;
        }
        catch (SchemaRegistryException exception)
        {
            return PartState.Down(exception.Message);
        }
    }
}

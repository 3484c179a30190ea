using System.Collections.Concurrent;
using Governance.Masking.Kafka;

namespace Governance.Api.Sandbox.Registry;

/// <summary>The sandbox's registry for parts of the same process: no web server need run yet.</summary>
internal sealed class SandboxSchemaRegistry(SchemaStore store) : ISchemaRegistry
{
    private readonly ConcurrentDictionary<int, string> _schemas = new();

    public async ValueTask<string> GetSchemaAsync(int id, CancellationToken cancellationToken) =>
        _schemas.TryGetValue(id, out var known)
            ? known
            : _schemas.GetOrAdd(id, await TranslateAsync(store.SchemaAsync(id, cancellationToken)));

    public Task<RegisteredSchema> GetLatestAsync(string subject, CancellationToken cancellationToken) =>
        TranslateAsync(store.VersionAsync(subject, "latest", cancellationToken));

    public async Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken) =>
        await TranslateAsync(
            Task.Run(() => store.RegisterAsync(subject, schema, cancellationToken), cancellationToken)
        );

    public async Task<RegisteredSchema?> LookUpAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        try
        {
            return await store.LookUpAsync(subject, schema, cancellationToken);
        }
        catch (RegistryFault fault) when (fault.Status == 404)
        {
            return null;
        }
        catch (RegistryFault fault)
        {
            throw Translate(fault);
        }
    }

    private static async Task<T> TranslateAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (RegistryFault fault)
        {
            throw Translate(fault);
        }
    }

    private static SchemaRegistryException Translate(RegistryFault fault) =>
        new(
            fault.Status == 404 ? SchemaRegistryFailure.NotFound : SchemaRegistryFailure.Refused,
            fault.Code,
            fault.Message,
            fault
        );
}

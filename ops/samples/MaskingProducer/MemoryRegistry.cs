using Governance.Masking.Kafka;

namespace MaskingProducer;

/// <summary>Stands for your schema registry; use <see cref="SchemaRegistryClient"/> with its address.</summary>
internal sealed class MemoryRegistry : ISchemaRegistry
{
    private readonly List<RegisteredSchema> _versions = [];

    public ValueTask<string> GetSchemaAsync(int id, CancellationToken cancellationToken) =>
        new(_versions.First(version => version.Id == id).Schema);

    public Task<RegisteredSchema> GetLatestAsync(string subject, CancellationToken cancellationToken) =>
        Task.FromResult(_versions.Last(version => version.Subject == subject));

    public async Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        if (await LookUpAsync(subject, schema, cancellationToken) is { } known)
        {
            return known.Id;
        }

        var id = _versions.Count + 1;
        _versions.Add(
            new RegisteredSchema(subject, _versions.Count(version => version.Subject == subject) + 1, id, schema)
        );
        return id;
    }

    public Task<RegisteredSchema?> LookUpAsync(string subject, string schema, CancellationToken cancellationToken) =>
        Task.FromResult(_versions.Find(version => version.Subject == subject && version.Schema == schema));
}

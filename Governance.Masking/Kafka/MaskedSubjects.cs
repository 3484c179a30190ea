using System.Collections.Concurrent;

namespace Governance.Masking.Kafka;

/// <summary>The ids of masked schemas, registered under the subjects of their masked topics at first use. Safe for concurrent callers.</summary>
public sealed class MaskedSubjects(ISchemaRegistry registry)
{
    private readonly ConcurrentDictionary<(string Subject, string Schema), int> _ids = new();

    /// <summary>The id of a schema under a subject.</summary>
    /// <exception cref="SchemaRegistryException">The registry is away, or refuses the schema.</exception>
    public async ValueTask<int> IdAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        if (_ids.TryGetValue((subject, schema), out var known))
        {
            return known;
        }

        var id = await registry.RegisterAsync(subject, schema, cancellationToken);
        return _ids.GetOrAdd((subject, schema), id);
    }
}

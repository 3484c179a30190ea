using System.Collections.Concurrent;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;

namespace Governance.Masking.Kafka;

/// <summary>
/// One masking plan for each contract version and writer schema id, compiled at first use, and again when the keyset changed: a
/// plan holds the keys that it was compiled with.
/// </summary>
public sealed class PlanCache(
    IContractCatalogSource contracts,
    ISchemaRegistry registry,
    TenantKeys keys,
    TimeProvider time
)
{
    // A schema may be registered, or a registry mended, a moment after its first event: a "no" is asked again.
    private static readonly TimeSpan UnknownSchemaLife = TimeSpan.FromSeconds(5);

    private const int MaximumUnknown = 10_000;

    private readonly ConcurrentDictionary<PlanKey, PlanLookup> _plans = new();
    private readonly ConcurrentDictionary<PlanKey, PartLookup> _parts = new();
    private readonly ConcurrentDictionary<int, long> _unknown = new();

    /// <summary>The plan for events of a topic that were written with a schema, or the code to quarantine them with.</summary>
    /// <exception cref="SchemaRegistryException">The registry is away; try again.</exception>
    public async ValueTask<PlanLookup> GetAsync(string topic, int schemaId, CancellationToken cancellationToken)
    {
        var catalog = contracts.Current;
        if (catalog.FindTopic(topic) is not { } dataset)
        {
            return PlanLookup.Refused(EventFaults.NoContract);
        }

        var key = Key(catalog, dataset, "", schemaId);
        if (_plans.TryGetValue(key, out var known))
        {
            return known;
        }

        if (await FindSchemaAsync(schemaId, cancellationToken) is not { } schema)
        {
            return PlanLookup.Refused(EventFaults.UnknownSchema);
        }

        Forget(key.KeyGeneration);
        return _plans.GetOrAdd(key, Compile(dataset, schema));
    }

    /// <summary>The dataset of a topic, or <see langword="null"/>.</summary>
    internal Dataset? DatasetOf(string topic) => contracts.Current.FindTopic(topic);

    /// <summary>The plan of a key or a header, or the code to quarantine with.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="part">What it is; tells it from others of the dataset.</param>
    /// <param name="column">The column that it repeats.</param>
    /// <param name="schemaId">Its writer schema, or <see langword="null"/> for text.</param>
    /// <param name="cancellationToken">Stops asking the registry.</param>
    /// <exception cref="SchemaRegistryException">The registry is away; try again.</exception>
    internal async ValueTask<PartLookup> GetPartAsync(
        Dataset dataset,
        string part,
        Column column,
        int? schemaId,
        CancellationToken cancellationToken
    )
    {
        var key = Key(contracts.Current, dataset, part, schemaId ?? -1);
        if (_parts.TryGetValue(key, out var known))
        {
            return known;
        }

        string? schema = null;
        if (schemaId is { } id && (schema = await FindSchemaAsync(id, cancellationToken)) is null)
        {
            return new PartLookup(null, EventFaults.UnknownSchema, "");
        }

        foreach (var old in _parts.Keys.Where(old => old.KeyGeneration < key.KeyGeneration))
        {
            _ = _parts.TryRemove(old, out _);
        }

        return _parts.GetOrAdd(key, Compile(dataset, column, schema));
    }

    private PartLookup Compile(Dataset dataset, Column column, string? schema)
    {
        try
        {
            return new PartLookup(
                schema is null
                    ? PartPlan.OfText(dataset, column, keys)
                    : PartPlan.OfAvro(dataset, column, schema, keys),
                null,
                ""
            );
        }
        catch (PlanException exception)
        {
            return new PartLookup(null, exception.Code, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new PartLookup(null, EventFaults.PlanRefused, exception.GetType().Name);
        }
    }

    private PlanKey Key(ContractCatalog catalog, Dataset dataset, string part, int schemaId) =>
        new(keys.Generation, catalog.FindContract(dataset.ContractId)?.Hash ?? "", dataset.Name, part, schemaId);

    // Plans of generations before are of no more use; they would keep keys in memory that were retired.
    private void Forget(int current)
    {
        foreach (var old in _plans.Keys.Where(key => key.KeyGeneration < current))
        {
            _ = _plans.TryRemove(old, out _);
        }
    }

    private async ValueTask<string?> FindSchemaAsync(int schemaId, CancellationToken cancellationToken)
    {
        if (_unknown.TryGetValue(schemaId, out var asked) && time.GetElapsedTime(asked) < UnknownSchemaLife)
        {
            return null;
        }

        try
        {
            var schema = await registry.GetSchemaAsync(schemaId, cancellationToken);
            _unknown.TryRemove(schemaId, out _);
            return schema;
        }
        catch (SchemaRegistryException exception) when (exception.Failure == SchemaRegistryFailure.NotFound)
        {
            Note(schemaId);
            return null;
        }
    }

    private void Note(int schemaId)
    {
        if (_unknown.Count >= MaximumUnknown)
        {
            // Whoever sends made-up ids must not grow this: forgetting costs a question each.
            _unknown.Clear();
        }

        _unknown[schemaId] = time.GetTimestamp();
    }

    private PlanLookup Compile(Dataset dataset, string schema)
    {
        try
        {
            return new PlanLookup(MaskingPlan.Compile(dataset, schema, keys), null, []);
        }
        catch (PlanException exception)
        {
            return new PlanLookup(null, exception.Code, exception.Faults);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The Avro library fails on some schemas with errors that are not its own; the topic must not stand still for one.
            return new PlanLookup(
                null,
                EventFaults.PlanRefused,
                [new PlanFault("", EventFaults.PlanRefused, exception.GetType().Name)]
            );
        }
    }

    private readonly record struct PlanKey(
        int KeyGeneration,
        string ContractHash,
        string Dataset,
        string Part,
        int SchemaId
    );
}

/// <summary>A plan, or why there is none.</summary>
/// <param name="Plan">The plan, or <see langword="null"/>.</param>
/// <param name="Code">One of <see cref="EventFaults"/>, where there is no plan.</param>
/// <param name="Faults">What contract and schema disagree on.</param>
public sealed record PlanLookup(MaskingPlan? Plan, string? Code, IReadOnlyList<PlanFault> Faults)
{
    /// <summary>The faults in one line; for an operator.</summary>
    public string Reason =>
        Faults.Count == 0 ? "" : string.Join("; ", Faults.Select(fault => $"{fault.Path}: {fault.Message}"));

    internal static PlanLookup Refused(string code) => new(null, code, []);
}

/// <summary>A plan of a key or header, or why there is none.</summary>
/// <param name="Plan">The plan, or <see langword="null"/>.</param>
/// <param name="Code">One of <see cref="EventFaults"/>, where there is no plan.</param>
/// <param name="Reason">What to look at, for an operator.</param>
internal sealed record PartLookup(PartPlan? Plan, string? Code, string Reason);

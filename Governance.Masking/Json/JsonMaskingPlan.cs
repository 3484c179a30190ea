using System.Collections.Concurrent;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Json.Internal;
using Governance.Masking.Keys;

namespace Governance.Masking.Json;

/// <summary>
/// How JSON objects are masked by a contract; compiled once, then used for every object, by the batch. A value is masked to what the Avro
/// plan masks the same value to, so that both join. Safe for concurrent callers; its batches are not.
/// </summary>
/// <remarks>
/// JSON says less of a value than a writer schema does; the contract's <c>logicalType</c> says the rest: <c>date</c> is
/// <c>2026-05-31</c>, <c>timestamp</c> is ISO 8601 with its offset, <c>integer</c> has 64 bits, <c>number</c> is a double. A value
/// that is not of its column's type gives its object a fault.
/// </remarks>
public sealed class JsonMaskingPlan
{
    private readonly ConcurrentBag<JsonBatch> _spares = [];

    private JsonMaskingPlan(Dataset dataset, JsonNode root, BatchLayout layout)
    {
        Dataset = dataset;
        Root = root;
        Layout = layout;
    }

    /// <summary>The dataset that the objects belong to.</summary>
    public Dataset Dataset { get; }

    internal JsonNode Root { get; }

    internal BatchLayout Layout { get; }

    /// <summary>Compiles a plan.</summary>
    /// <param name="dataset">The contract's dataset.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <exception cref="PlanException">A rule does not fit its column; lists every fault.</exception>
    public static JsonMaskingPlan Compile(Dataset dataset, TenantKeys keys)
    {
        var compiler = new JsonPlanCompiler(dataset, keys);
        var root = compiler.Compile();
        return new JsonMaskingPlan(dataset, root, compiler.Layout);
    }

    /// <summary>A new, empty batch.</summary>
    public JsonBatch NewBatch() => new(this);

    /// <summary>A batch that was used before, or a new one.</summary>
    internal JsonBatch Rent() => _spares.TryTake(out var batch) ? batch : NewBatch();

    /// <summary>Gives a rented batch back.</summary>
    internal void Return(JsonBatch batch)
    {
        batch.Clear();
        _spares.Add(batch);
    }
}

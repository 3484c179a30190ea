using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.StorageWrite;
using Governance.Policies.Warehouse.BigQuery.Tables;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>Tables as this process knows them, and how rows of each schema are written to them.</summary>
internal sealed class TablePlans(BigQueryTableShaper shaper) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<string, MessageShape> _shapes = new(StringComparer.Ordinal);

    // Tables only ever widen, so one that held a schema once holds it for good.
    private readonly ConditionalWeakTable<MaskedSchema, ConcurrentDictionary<string, RowPlan>> _plans = [];

    /// <summary>Makes or widens a table where this schema was not seen in it yet.</summary>
    /// <exception cref="SinkSchemaException">The table cannot hold it.</exception>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task EnsureAsync(Dataset dataset, MaskedSchema schema, CancellationToken cancellationToken)
    {
        var plans = _plans.GetOrCreateValue(schema);
        if (plans.ContainsKey(dataset.Name))
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var made = MessageShape.Of(dataset.Name, await shaper.ShapeAsync(dataset, schema, cancellationToken));
            // The same columns stay the same shape, so that connections stay open.
            var shape =
                _shapes.TryGetValue(dataset.Name, out var known) && known.Schema.Equals(made.Schema) ? known : made;
            plans[dataset.Name] = RowPlan.Compile(shape, schema);
            _shapes[dataset.Name] = shape;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The rows of a table, as it is.</summary>
    public MessageShape Shape(string table) => _shapes[table];

    /// <summary>How rows of a schema are written to a shape that came after it was ensured.</summary>
    public RowPlan Plan(MessageShape shape, MaskedSchema schema)
    {
        var plans = _plans.GetOrCreateValue(schema);
        if (!plans.TryGetValue(shape.Table, out var plan) || !ReferenceEquals(plan.Shape, shape))
        {
            plans[shape.Table] = plan = RowPlan.Compile(shape, schema);
        }

        return plan;
    }

    /// <summary>Forgets all tables: somebody dropped one, and it has to be made again.</summary>
    public void Forget()
    {
        _plans.Clear();
        _shapes.Clear();
    }

    public void Dispose() => _turn.Dispose();
}

using System.Collections.Frozen;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;

namespace Governance.Masking.Columns;

/// <summary>
/// How columns of a dataset are masked: columns in, columns out, for whoever has a table and no records. A value is masked to what the
/// plans of Avro and JSON mask it to. Compiled once; safe for concurrent callers; its batches are not.
/// </summary>
/// <remarks>
/// Columns are single values, of the root or of nested objects (<c>name.given</c>). Values of arrays belong to records that a table
/// of columns does not show: mask these records as Avro or JSON.
/// </remarks>
public sealed class ColumnMaskingPlan
{
    private ColumnMaskingPlan(Dataset dataset, FrozenDictionary<string, ColumnUse> columns, BatchLayout layout)
    {
        Dataset = dataset;
        Columns = columns;
        Layout = layout;
    }

    /// <summary>The dataset that the columns belong to.</summary>
    public Dataset Dataset { get; }

    internal FrozenDictionary<string, ColumnUse> Columns { get; }

    internal BatchLayout Layout { get; }

    /// <summary>Compiles a plan.</summary>
    /// <param name="dataset">The contract's dataset.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <exception cref="PlanException">A rule does not fit its column; lists every fault.</exception>
    public static ColumnMaskingPlan Compile(Dataset dataset, TenantKeys keys)
    {
        var layout = new BatchLayoutBuilder(dataset, keys);
        var columns = new Dictionary<string, ColumnUse>(StringComparer.Ordinal);
        var faults = new List<PlanFault>();
        foreach (var column in dataset.Columns.SelectMany(SingleValues))
        {
            try
            {
                if (Use(column, layout) is { } use)
                {
                    columns.Add(column.Path, use);
                }
                else
                {
                    faults.Add(
                        new PlanFault(
                            column.Path,
                            EventFaults.PlanRefused,
                            "state a privacyCategory with its masking, or classification: public"
                        )
                    );
                }
            }
            catch (MaskingRuleException exception)
            {
                faults.Add(new PlanFault(column.Path, EventFaults.PlanRefused, exception.Message));
            }
        }

        return faults.Count == 0
            ? new ColumnMaskingPlan(dataset, columns.ToFrozenDictionary(StringComparer.Ordinal), layout.Build())
            : throw new PlanException(faults);
    }

    /// <summary>A new, empty batch.</summary>
    public ColumnBatch NewBatch() => new(this);

    private static IEnumerable<Column> SingleValues(Column column)
    {
        var isMaskedWhole = BatchLayoutBuilder.Method(column) is not (null or PlainMethod);
        if (isMaskedWhole || column.Children.IsEmpty)
        {
            return [column];
        }

        return column.Children is [{ Name.Length: 0 }] ? [] : column.Children.SelectMany(SingleValues);
    }

    private static ColumnUse? Use(Column column, BatchLayoutBuilder layout)
    {
        var type = ColumnTypes.Of(column);
        switch (BatchLayoutBuilder.Method(column))
        {
            case IDropsColumn:
                return new ColumnUse(type, layout.Known(column, repeated: false), IsMasked: false, IsDropped: true);
            case null when column.IsPersonal || column is { Identifier: not null, Link: not null }:
                return null;
            case null or PlainMethod:
                return column.IsClassified
                    ? new ColumnUse(type, layout.Known(column, repeated: false), IsMasked: false, IsDropped: false)
                    : null;
            case SurrogateMethod when column.Identifier is null || column.Link is null:
                return null;
            default:
                return new ColumnUse(
                    type,
                    layout.Masked(column, type, repeated: false),
                    IsMasked: true,
                    IsDropped: false
                );
        }
    }
}

/// <summary>What a plan does with a column.</summary>
/// <param name="Type">Type of the plain values.</param>
/// <param name="Treatment">Where they are gathered; <see langword="null"/> where they are not.</param>
/// <param name="IsMasked">Whether masked values take their place.</param>
/// <param name="IsDropped">Whether nothing of them is kept.</param>
internal sealed record ColumnUse(ScalarType Type, ColumnTreatment? Treatment, bool IsMasked, bool IsDropped);

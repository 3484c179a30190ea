using System.Buffers;
using Governance.Masking.Avro;
using Governance.Masking.Json.Internal;
using Governance.Masking.Methods;

namespace Governance.Masking.Columns;

/// <summary>
/// A table on its way through a <see cref="ColumnMaskingPlan"/>: columns are set, its rows are ended, all is masked, and columns are taken out
/// again. Columns are spans of UTF-8 text with offsets and a bitmap of what is not null, as Apache Arrow lays out a column
/// of strings. A row that cannot be masked has a fault, and is null in every column.
/// </summary>
/// <example>
/// <code>
/// var batch = plan.NewBatch();
/// batch.SetColumn("customer_id", ids.Values, ids.ValueOffsets);
/// batch.SetColumn("email", emails.Values, emails.ValueOffsets, emails.NullBitmapBuffer.Span);
/// batch.EndRows();
/// await batch.MaskAsync(identifiers);
/// batch.CopyMasked("email", values, offsets, validity);
/// batch.Clear();
/// </code>
/// </example>
public sealed class ColumnBatch : RecordBatch
{
    private readonly ColumnMaskingPlan _plan;
    private readonly Dictionary<string, PlainColumn> _columns = new(StringComparer.Ordinal);
    private int _rows = -1;
    private bool _isEnded;

    internal ColumnBatch(ColumnMaskingPlan plan)
        : base(plan.Layout) => _plan = plan;

    /// <summary>Sets a column; a copy is kept. All columns of a batch have as many rows.</summary>
    /// <param name="path">The column, as in <see cref="Contracts.Column.Path"/>.</param>
    /// <param name="values">All values as UTF-8 text, one after another; for each type's text form see <see cref="ScalarType"/>.</param>
    /// <param name="offsets">Where each row's value begins; one entry more says where the last one ends.</param>
    /// <param name="validity">A bit for each row, the lowest first, set where it is not null. Empty: none is null.</param>
    /// <exception cref="PlanException">The contract does not classify the column, or it is one of an array.</exception>
    /// <exception cref="ArgumentException">Offsets do not fit the values, or the column has other rows than those before.</exception>
    public void SetColumn(
        string path,
        ReadOnlySpan<byte> values,
        ReadOnlySpan<int> offsets,
        ReadOnlySpan<byte> validity = default
    )
    {
        if (_isEnded)
        {
            throw new InvalidOperationException("The rows are ended. Clear the batch before the next table.");
        }

        if (!_plan.Columns.TryGetValue(path, out var use))
        {
            throw new PlanException([
                new PlanFault(
                    path,
                    EventFaults.UnclassifiedField,
                    $"no column of single values of dataset {_plan.Dataset.Name} has this path: add it to the contract, or mask records"
                ),
            ]);
        }

        var rows = offsets.Length - 1;
        CheckOffsets(values, offsets);
        if (!validity.IsEmpty && validity.Length < (rows + 7) / 8)
        {
            throw new ArgumentException("It has fewer bits than there are rows.", nameof(validity));
        }

        if (_rows >= 0 && rows != _rows)
        {
            throw new ArgumentException("The column has another number of rows than those before.", nameof(offsets));
        }

        _rows = rows;
        _columns[path] = new PlainColumn(use, values.ToArray(), offsets.ToArray(), validity.ToArray());
    }

    /// <summary>Ends the rows: no more columns are set, and they can be masked.</summary>
    public void EndRows()
    {
        _isEnded = true;
        var gathered = _columns.Values.Where(column => column.Use.Treatment is not null).ToArray();
        for (var row = 0; row < _rows; row++)
        {
            BeginRecord();
            try
            {
                foreach (var column in gathered)
                {
                    Gather(column, row);
                }

                EndRecord();
            }
            catch (UnmaskableValueException exception)
            {
                RefuseRecord(exception.Code, exception.Message);
            }
        }
    }

    /// <summary>Whether a row's value is null, before as after masking.</summary>
    public bool IsNull(string path, int row) => _columns[path].IsNull(row);

    /// <summary>A masked value; a plain one where the contract keeps it. Empty where it is null.</summary>
    /// <param name="path">A column that was set.</param>
    /// <param name="row">From 0.</param>
    /// <exception cref="InvalidOperationException">The row has a fault, or the column is dropped.</exception>
    public ReadOnlySpan<byte> Masked(string path, int row)
    {
        ExpectMasked(row);
        var column = _columns[path];
        if (column.Use.IsDropped)
        {
            throw new InvalidOperationException($"{path} is dropped: it has no masked values.");
        }

        if (column.IsNull(row))
        {
            return [];
        }

        if (!column.Use.IsMasked)
        {
            return column.Value(row);
        }

        var number = column.Use.Treatment!.Number;
        return Column(number).Masked(RangeOf(row, number).Start);
    }

    /// <summary>Copies a masked column. A row that has a fault, or was left out, is null there.</summary>
    /// <param name="path">A column that was set.</param>
    /// <param name="values">Receives all values, one after another.</param>
    /// <param name="offsets">Receives where each row's value begins, and where the last one ends: an entry more than rows.</param>
    /// <param name="validity">Receives a bit for each row, set where it is not null; cleared before.</param>
    /// <exception cref="InvalidOperationException">The column is dropped.</exception>
    public void CopyMasked(string path, IBufferWriter<byte> values, Span<int> offsets, Span<byte> validity)
    {
        validity.Clear();
        var length = 0;
        offsets[0] = 0;
        for (var row = 0; row < Count; row++)
        {
            if (FaultOf(row) is null && !IsExcluded(row) && !IsNull(path, row))
            {
                var masked = Masked(path, row);
                values.Write(masked);
                length += masked.Length;
                validity[row >> 3] |= (byte)(1 << (row & 7));
            }

            offsets[row + 1] = length;
        }
    }

    /// <inheritdoc />
    public override void Clear()
    {
        base.Clear();
        _columns.Clear();
        _rows = -1;
        _isEnded = false;
    }

    private static void CheckOffsets(ReadOnlySpan<byte> values, ReadOnlySpan<int> offsets)
    {
        if (offsets.IsEmpty)
        {
            throw new ArgumentException("There is an entry more than rows: at least one.", nameof(offsets));
        }

        var last = 0;
        foreach (var offset in offsets)
        {
            if (offset < last || offset > values.Length)
            {
                throw new ArgumentException("They fall, or lie outside of the values.", nameof(offsets));
            }

            last = offset;
        }
    }

    private void Gather(PlainColumn column, int row)
    {
        if (column.IsNull(row))
        {
            return;
        }

        var treatment = column.Use.Treatment!;
        JsonText.ReadText(column.Value(row), treatment.Path, column.Use.Type, Column(treatment.Number).PlainBytes);
        EndValue(treatment);
    }

    private sealed class PlainColumn(ColumnUse use, byte[] values, int[] offsets, byte[] validity)
    {
        public ColumnUse Use { get; } = use;

        public bool IsNull(int row) => validity.Length > 0 && (validity[row >> 3] & (1 << (row & 7))) == 0;

        public ReadOnlySpan<byte> Value(int row) => values.AsSpan(offsets[row]..offsets[row + 1]);
    }
}

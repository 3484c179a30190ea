using System.Buffers.Binary;
using System.Text;
using DuckDB.NET.Data;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.DuckDb.Appending;

/// <summary>
/// Appends rows of single values: each value goes from masked Avro into the place where DuckDB keeps it, without a text or an object in between.
/// Rows that it does not take go the way of all rows.
/// </summary>
internal sealed class RowChunks
{
    private readonly MaskedRows _rows;
    private readonly RowLayout _layout;
    private readonly Slot[] _slots;
    private readonly int[] _absent;

    private RowChunks(MaskedRows rows, RowLayout layout, Slot[] slots, int[] absent)
    {
        _rows = rows;
        _layout = layout;
        _slots = slots;
        _absent = absent;
    }

    /// <summary>The way for rows of one dataset; <see langword="null"/> where their schema holds more than single values, or the table has other types.</summary>
    public static RowChunks? Of(DuckDbSession session, MaskedRows rows)
    {
        if (
            rows.Rows is not [{ Layout: { } layout }, ..]
            || TableColumns.Read(session, rows.Dataset.Name) is not { } table
        )
        {
            return null;
        }

        var first = TableColumns.System.Length;
        var names = layout.Columns.Select(column => column.Name).ToList();
        var slots = new Slot[layout.Columns.Length];
        var absent = new List<int>();
        var seen = 0;
        foreach (var (at, column) in table.Fields.Index())
        {
            var field = names.IndexOf(column.Name);
            if (field < 0)
            {
                absent.Add(first + at);
            }
            else if (Slot.Of(first + at, (ScalarType)layout.Columns[field].Type, column.Type) is { } slot)
            {
                slots[field] = slot;
                seen++;
            }
        }

        return seen == slots.Length ? new RowChunks(rows, layout, slots, [.. absent]) : null;
    }

    /// <summary>Appends what it takes.</summary>
    /// <returns>The rows that it does not take.</returns>
    /// <exception cref="WarehouseException">DuckDB refuses them.</exception>
    public List<MaskedRow> Append(DuckDbSession session, string source, DateTimeOffset now)
    {
        var rest = new List<MaskedRow>();
        var from = Encoding.UTF8.GetBytes(source);
        var landed = TableColumns.Microseconds(now);
        using var chunk = new DataChunk(session.Connection, _rows.Dataset.Name);
        foreach (var row in _rows.Rows)
        {
            if (!ReferenceEquals(row.Layout, _layout))
            {
                rest.Add(row);
                continue;
            }

            chunk.SetInt32(0, row.Partition);
            chunk.SetInt64(1, row.Offset);
            chunk.SetInt64(2, TableColumns.Microseconds(row.EventTime));
            chunk.SetInt64(3, landed);
            chunk.SetBytes(4, from);
            foreach (var column in _absent)
            {
                chunk.SetDefault(column);
            }

            var reader = new RowReader(_layout, row.Avro.Span);
            foreach (ref readonly var slot in _slots.AsSpan())
            {
                if (reader.IsNull())
                {
                    chunk.SetNull(slot.Column);
                }
                else
                {
                    Set(chunk, slot, ref reader);
                }
            }

            chunk.EndRow();
        }

        chunk.Flush();
        return rest;
    }

    private static void Set(DataChunk chunk, in Slot slot, ref RowReader reader)
    {
        var column = slot.Column;
        switch (slot.Kind)
        {
            case ScalarKind.Text or ScalarKind.Bytes:
                chunk.SetBytes(column, reader.ReadBytes());
                break;
            case ScalarKind.Boolean:
                chunk.SetByte(column, (byte)reader.ReadInteger());
                break;
            case ScalarKind.Int32 or ScalarKind.Date:
                chunk.SetInt32(column, (int)reader.ReadInteger());
                break;
            case ScalarKind.Int64 or ScalarKind.Time or ScalarKind.Timestamp or ScalarKind.LocalTimestamp:
                chunk.SetInt64(column, reader.ReadInteger());
                break;
            case ScalarKind.Float:
                chunk.SetFloat(column, (float)reader.ReadReal());
                break;
            case ScalarKind.Double:
                chunk.SetDouble(column, reader.ReadReal());
                break;
            case ScalarKind.Uuid:
                chunk.SetInt128(column, Sorted(reader.ReadUuid()));
                break;
            case ScalarKind.Decimal:
                SetDecimal(chunk, column, slot.Precision, reader.ReadDecimal());
                break;
            default:
                throw new InvalidOperationException($"No way to append {slot.Kind}.");
        }
    }

    // As wide as DuckDB holds so many digits.
    private static void SetDecimal(DataChunk chunk, int column, int precision, Int128 value)
    {
        switch (precision)
        {
            case <= 4:
                chunk.SetInt16(column, (short)value);
                break;
            case <= 9:
                chunk.SetInt32(column, (int)value);
                break;
            case <= 18:
                chunk.SetInt64(column, (long)value);
                break;
            default:
                chunk.SetInt128(column, value);
                break;
        }
    }

    // DuckDB keeps a UUID as a signed number that sorts as its text does: the highest bit is turned.
    private static Int128 Sorted(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt128BigEndian(bytes) ^ Int128.MinValue;
    }

    /// <summary>Where a value of the record goes.</summary>
    /// <param name="Column">The table's column.</param>
    /// <param name="Kind">The kind of the table's column.</param>
    /// <param name="Precision">Of a decimal.</param>
    private readonly record struct Slot(int Column, ScalarKind Kind, int Precision)
    {
        /// <summary>The slot; <see langword="null"/> where the table's type needs a conversion.</summary>
        public static Slot? Of(int column, ScalarType from, MaskedType to) =>
            to is ScalarType { Kind: var kind } scalar
            && (
                from.Equals(scalar)
                || (from.Kind, kind) is (ScalarKind.Int32, ScalarKind.Int64) or (ScalarKind.Float, ScalarKind.Double)
            )
                ? new Slot(column, kind, scalar.Precision)
                : null;
    }
}

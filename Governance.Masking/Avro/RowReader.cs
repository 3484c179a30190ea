using Governance.Masking.Avro.Internal;

namespace Governance.Masking.Avro;

/// <summary>
/// Reads one masked record of a <see cref="RowLayout"/>, column by column in its order. For each column <see cref="IsNull"/> is called first, and then,
/// where it says no, the one method of the column's kind.
/// </summary>
public ref struct RowReader
{
    private readonly RowColumn[] _places;
    private AvroReader _reader;
    private ScalarCodec? _codec;
    private int _next;

    /// <summary>Begins a record.</summary>
    /// <param name="layout">Its layout.</param>
    /// <param name="row">Its Avro body.</param>
    public RowReader(RowLayout layout, ReadOnlySpan<byte> row)
    {
        _places = layout.Places;
        _reader = new AvroReader(row);
        _codec = null;
        _next = 0;
    }

    /// <summary>Moves to the next column, and tells whether it is null.</summary>
    public bool IsNull() => (_codec = _places[_next++].Next(ref _reader)) is null;

    /// <summary>
    /// A <see cref="ScalarKind.Boolean"/> (0, 1), <see cref="ScalarKind.Int32"/> or <see cref="ScalarKind.Int64"/>; a
    /// <see cref="ScalarKind.Date"/> in days since 1970-01-01; a <see cref="ScalarKind.Time"/> in microseconds since midnight; a
    /// <see cref="ScalarKind.Timestamp"/> or <see cref="ScalarKind.LocalTimestamp"/> in microseconds since 1970-01-01T00:00:00.
    /// </summary>
    public long ReadInteger() => _codec!.ReadInteger(ref _reader);

    /// <summary>A <see cref="ScalarKind.Float"/> or <see cref="ScalarKind.Double"/>.</summary>
    public double ReadReal() => _codec!.ReadReal(ref _reader);

    /// <summary>A <see cref="ScalarKind.Text"/> in UTF-8, or <see cref="ScalarKind.Bytes"/>. Valid as long as the record is.</summary>
    public ReadOnlySpan<byte> ReadBytes() => _codec!.ReadBinary(ref _reader);

    /// <summary>A <see cref="ScalarKind.Uuid"/>.</summary>
    public Guid ReadUuid() => _codec!.ReadUuid(ref _reader);

    /// <summary>A <see cref="ScalarKind.Decimal"/>, without its point: scaled by its type's <see cref="ScalarType.Scale"/>.</summary>
    public Int128 ReadDecimal() => _codec!.ReadDecimal(ref _reader);
}

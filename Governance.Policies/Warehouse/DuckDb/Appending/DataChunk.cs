using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace Governance.Policies.Warehouse.DuckDb.Appending;

/// <summary>
/// A chunk of rows in DuckDB's own vectors, on its way into a table. The driver's appender takes values as objects and texts as UTF-16, which costs more
/// than DuckDB does; the functions beneath it are public. A value that nothing is set for is undefined, not null.
/// </summary>
/// <remarks>
/// The widths of values and the form of short texts are those of <see href="https://duckdb.org/docs/stable/clients/c/vector">DuckDB's vectors</see>.
/// </remarks>
internal sealed unsafe class DataChunk : IDisposable
{
    // A text of so many bytes stands in its place; a longer one elsewhere.
    private const int InlinedLength = 12;

    private static readonly int s_capacity = (int)NativeMethods.Helpers.DuckDBVectorSize();

    private readonly NativeAppender _appender;
    private readonly DuckDBLogicalType[] _types;
    private readonly DuckDBDataChunk _chunk;
    private readonly Vector[] _vectors;
    private int _row;

    /// <summary>Begins to append to a table; every column of it is to be set in each row.</summary>
    public DataChunk(DuckDBConnection connection, string table)
    {
        var state = NativeMethods.Appender.DuckDBAppenderCreateExt(
            connection.NativeConnection,
            null!,
            null!,
            table,
            out _appender
        );
        try
        {
            Check(state);
            _types = new DuckDBLogicalType[NativeMethods.Appender.DuckDBAppenderColumnCount(_appender)];
            var handles = new IntPtr[_types.Length];
            for (var column = 0; column < _types.Length; column++)
            {
                _types[column] = NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)column);
                handles[column] = _types[column].DangerousGetHandle();
            }

            _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk(handles, (ulong)handles.Length);
        }
        catch
        {
            _appender.Dispose();
            throw;
        }

        _vectors = new Vector[_types.Length];
        Point();
    }

    public void SetByte(int column, byte value) => _vectors[column].Data[_row] = value;

    public void SetInt16(int column, short value) => ((short*)_vectors[column].Data)[_row] = value;

    public void SetInt32(int column, int value) => ((int*)_vectors[column].Data)[_row] = value;

    public void SetInt64(int column, long value) => ((long*)_vectors[column].Data)[_row] = value;

    public void SetFloat(int column, float value) => ((float*)_vectors[column].Data)[_row] = value;

    public void SetDouble(int column, double value) => ((double*)_vectors[column].Data)[_row] = value;

    public void SetInt128(int column, Int128 value)
    {
        var place = (ulong*)_vectors[column].Data + (2 * _row);
        place[0] = (ulong)value;
        place[1] = (ulong)(value >> 64);
    }

    /// <summary>Sets a text, which is UTF-8, or bytes.</summary>
    public void SetBytes(int column, ReadOnlySpan<byte> value)
    {
        if (value.Length <= InlinedLength)
        {
            var place = new Span<byte>(_vectors[column].Data + (16 * _row), 16);
            place.Clear();
            Unsafe.WriteUnaligned(ref place[0], value.Length);
            value.CopyTo(place[sizeof(int)..]);
            return;
        }

        fixed (byte* bytes = value)
        {
            NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(
                _vectors[column].Handle,
                (ulong)_row,
                bytes,
                value.Length
            );
        }
    }

    public void SetNull(int column)
    {
        ref var vector = ref _vectors[column];
        if (vector.Validity == null)
        {
            NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector.Handle);
            vector.Validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector.Handle);
        }

        vector.Validity[_row >> 6] &= ~(1UL << (_row & 63));
    }

    /// <summary>Sets what the table has for a column of which nothing is said: null, of whatever type.</summary>
    public void SetDefault(int column) =>
        Check(NativeMethods.Appender.DuckDBAppendDefaultToChunk(_appender, _chunk, column, (ulong)_row));

    /// <summary>Ends a row; a full chunk is appended.</summary>
    public void EndRow()
    {
        if (++_row == s_capacity)
        {
            Append();
        }
    }

    /// <summary>Appends what there is, and hands all of it to the table.</summary>
    /// <exception cref="WarehouseException">DuckDB refuses it.</exception>
    public void Flush()
    {
        if (_row > 0)
        {
            Append();
        }

        Check(NativeMethods.Appender.DuckDBAppenderFlush(_appender));
    }

    public void Dispose()
    {
        _chunk.Dispose();
        foreach (var type in _types)
        {
            type.Dispose();
        }

        _appender.Dispose();
    }

    private void Append()
    {
        _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)_row);
        Check(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk));
        NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
        _row = 0;
        Point();
    }

    // A reset may move them.
    private void Point()
    {
        for (var column = 0; column < _vectors.Length; column++)
        {
            var handle = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);
            _vectors[column] = new Vector
            {
                Handle = handle,
                Data = (byte*)NativeMethods.Vectors.DuckDBVectorGetData(handle),
            };
        }
    }

    private void Check(DuckDBState state)
    {
        if (state == DuckDBState.Success)
        {
            return;
        }

        using var error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
        throw DuckDbErrors.Translate(
            NativeMethods.ErrorData.DuckDBErrorDataErrorType(error),
            NativeMethods.ErrorData.DuckDBErrorDataMessage(error) ?? ""
        );
    }

    private struct Vector
    {
        public IntPtr Handle;
        public byte* Data;
        public ulong* Validity;
    }
}

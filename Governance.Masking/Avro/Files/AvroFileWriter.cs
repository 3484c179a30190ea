using System.Security.Cryptography;
using System.Text;
using Governance.Masking.Columns;

namespace Governance.Masking.Avro.Files;

/// <summary>
/// Writes Avro object container files by their blocks, of records that are encoded already. Not for concurrent use; the stream
/// stays its owner's.
/// </summary>
#pragma warning disable CA1001 // Its one disposable part is a memory stream, which holds nothing that must be given back.
public sealed class AvroFileWriter
#pragma warning restore CA1001
{
    private readonly Stream _stream;
    private readonly string _codec;
    private readonly byte[] _sync = RandomNumberGenerator.GetBytes(AvroFileReader.SyncSize);
    private readonly ByteBuffer _head = new();
    private readonly MemoryStream _packed = new();

    private AvroFileWriter(Stream stream, string codec)
    {
        _stream = stream;
        _codec = AvroFileCodec.Check(codec);
    }

    /// <summary>Writes a file's header.</summary>
    /// <param name="stream">Where the file goes; best a buffered stream.</param>
    /// <param name="schema">The schema of the records, as JSON.</param>
    /// <param name="codec"><c>null</c> or <c>deflate</c>.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <exception cref="AvroFileException">The codec is another one.</exception>
    public static async Task<AvroFileWriter> CreateAsync(
        Stream stream,
        string schema,
        string codec = "null",
        CancellationToken cancellationToken = default
    )
    {
        var writer = new AvroFileWriter(stream, codec);
        writer._head.Write(AvroFileReader.Magic);
        writer.WriteLong(2);
        writer.WriteText("avro.schema");
        writer.WriteText(schema);
        writer.WriteText("avro.codec");
        writer.WriteText(codec);
        writer.WriteLong(0);
        writer._head.Write(writer._sync);
        await stream.WriteAsync(writer._head.WrittenMemory, cancellationToken);
        return writer;
    }

    /// <summary>Writes a block; one of no records is left out.</summary>
    /// <param name="count">How many records it holds.</param>
    /// <param name="records">Their bytes, one after another.</param>
    /// <param name="cancellationToken">Stops writing; the file is of no use then.</param>
    public async ValueTask WriteBlockAsync(
        long count,
        ReadOnlyMemory<byte> records,
        CancellationToken cancellationToken = default
    )
    {
        if (count == 0)
        {
            return;
        }

        if (_codec == AvroFileCodec.Deflate)
        {
            _packed.SetLength(0);
            AvroFileCodec.Pack(records.Span, _packed);
            records = _packed.GetBuffer().AsMemory(0, (int)_packed.Length);
        }

        _head.Clear();
        WriteLong(count);
        WriteLong(records.Length);
        await _stream.WriteAsync(_head.WrittenMemory, cancellationToken);
        await _stream.WriteAsync(records, cancellationToken);
        await _stream.WriteAsync(_sync, cancellationToken);
    }

    private void WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        WriteLong(bytes.Length);
        _head.Write(bytes);
    }

    private void WriteLong(long value)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        for (; rest > 0x7F; rest >>= 7)
        {
            _head.WriteByte((byte)(rest | 0x80));
        }

        _head.WriteByte((byte)rest);
    }
}

using System.Text;
using System.Text.Unicode;
using Governance.Masking.Columns;

namespace Governance.Masking.Avro.Files;

/// <summary>
/// Reads Avro object container files (<see href="https://avro.apache.org/docs/1.12.0/specification/#object-container-files"/>) by
/// their blocks, records undecoded. Codecs: <c>null</c> and <c>deflate</c>. Not for concurrent use; the stream stays its owner's.
/// </summary>
public sealed class AvroFileReader
{
    /// <summary>The largest block that is read, before and after decompression, in bytes.</summary>
    public const int MaximumBlockBytes = 256 * 1024 * 1024;

    internal const int SyncSize = 16;

    // A schema is text that a person wrote; a header beyond this is none.
    private const int MaximumHeaderValue = 16 * 1024 * 1024;
    private const int MaximumHeaderEntries = 1000;
    private const int FirstRead = 64 * 1024;

    private readonly Stream _stream;
    private readonly byte[] _one = new byte[1];
    private readonly byte[] _sync = new byte[SyncSize];
    private readonly byte[] _marker = new byte[SyncSize];
    private readonly ByteBuffer _packed = new();
    private readonly ByteBuffer _plain = new();

    private AvroFileReader(Stream stream) => _stream = stream;

    internal static ReadOnlySpan<byte> Magic => "Obj\u0001"u8;

    /// <summary>The schema that the records were written with, as JSON.</summary>
    public string Schema { get; private set; } = "";

    /// <summary>How blocks are compressed: <c>null</c> or <c>deflate</c>.</summary>
    public string Codec { get; private set; } = AvroFileCodec.None;

    /// <summary>Bytes of the stream that were read; of use for progress.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Reads a file's header.</summary>
    /// <param name="stream">The file from its beginning; best a buffered stream.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="AvroFileException">It is no object container file, or has another codec.</exception>
    public static async Task<AvroFileReader> OpenAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var reader = new AvroFileReader(stream);
        await reader.ReadHeaderAsync(cancellationToken);
        return reader;
    }

    /// <summary>Reads the next block.</summary>
    /// <returns>The block, valid until the next call; <see langword="null"/> at the file's end.</returns>
    /// <exception cref="AvroFileException">The file is damaged. Blocks before were whole.</exception>
    public async ValueTask<AvroFileBlock?> ReadBlockAsync(CancellationToken cancellationToken = default)
    {
        if (await TryReadLongAsync(cancellationToken) is not { } count)
        {
            return null;
        }

        var size = await ReadLongAsync(cancellationToken);
        if (count < 0 || size < 0)
        {
            throw Damaged("a block claims a negative size");
        }

        if (size > MaximumBlockBytes)
        {
            throw TooLarge(MaximumBlockBytes);
        }

        _packed.Clear();
        await ReadAsync(_packed, (int)size, cancellationToken);
        await ReadAsync(_marker, cancellationToken);
        if (!_marker.AsSpan().SequenceEqual(_sync))
        {
            throw Damaged("a block does not end with the file's marker");
        }

        var records = _packed;
        if (Codec == AvroFileCodec.Deflate)
        {
            records = _plain;
            records.Clear();
            AvroFileCodec.Unpack(_packed.WrittenMemory, records, MaximumBlockBytes);
        }

        // A record of no bytes says nothing; a block of 2^60 of them would keep whoever counts them busy for years.
        return count <= records.Length
            ? new AvroFileBlock(count, records.WrittenMemory)
            : throw Damaged("a block claims more records than it has bytes");
    }

    internal static AvroFileException TooLarge(int maximum) =>
        new($"A block of the file is larger than {maximum} bytes. Write the file again with smaller blocks.");

    private static AvroFileException Damaged(string why) => new($"The file is damaged: {why}.");

    private async Task ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var magic = new byte[Magic.Length];
        var read = await _stream.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken);
        BytesRead += read;
        if (!magic.AsSpan(0, read).SequenceEqual(Magic))
        {
            throw new AvroFileException("It is no Avro object container file: it does not begin with Obj and 1.");
        }

        var entries = 0;
        for (
            var count = await ReadLongAsync(cancellationToken);
            count != 0;
            count = await ReadLongAsync(cancellationToken)
        )
        {
            if (count < 0)
            {
                // Then the block's size in bytes follows, which nobody needs.
                _ = await ReadLongAsync(cancellationToken);
                count = count == long.MinValue ? long.MaxValue : -count;
            }

            for (; count > 0; count--)
            {
                if (++entries > MaximumHeaderEntries)
                {
                    throw Damaged("its header has more than a thousand entries");
                }

                await ReadEntryAsync(cancellationToken);
            }
        }

        await ReadAsync(_sync, cancellationToken);
        if (Schema.Length == 0)
        {
            throw Damaged("its header names no schema");
        }
    }

    private async Task ReadEntryAsync(CancellationToken cancellationToken)
    {
        var name = await ReadTextAsync(cancellationToken);
        var value = await ReadTextAsync(cancellationToken);
        switch (name)
        {
            case "avro.schema":
                Schema = value ?? throw Damaged("its schema is not UTF-8");
                break;
            case "avro.codec":
                Codec = AvroFileCodec.Check(value ?? "");
                break;
            default:
                // Whatever else a writer noted is of no use here, and may be personal.
                break;
        }
    }

    private async Task<string?> ReadTextAsync(CancellationToken cancellationToken)
    {
        var length = await ReadLongAsync(cancellationToken);
        if (length is < 0 or > MaximumHeaderValue)
        {
            throw Damaged("its header claims a length that no header has");
        }

        _packed.Clear();
        await ReadAsync(_packed, (int)length, cancellationToken);
        return Utf8.IsValid(_packed.Written) ? Encoding.UTF8.GetString(_packed.Written) : null;
    }

    private async ValueTask<long> ReadLongAsync(CancellationToken cancellationToken) =>
        await TryReadLongAsync(cancellationToken) ?? throw Damaged("it ends too early");

    private async ValueTask<long?> TryReadLongAsync(CancellationToken cancellationToken)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (await _stream.ReadAsync(_one, cancellationToken) == 0)
            {
                return shift == 0 ? null : throw Damaged("it ends too early");
            }

            BytesRead++;
            if (shift == 63 && _one[0] > 1)
            {
                break;
            }

            value |= (ulong)(_one[0] & 0x7F) << shift;
            if ((_one[0] & 0x80) == 0)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        throw Damaged("a number takes more than ten bytes");
    }

    private async ValueTask ReadAsync(byte[] into, CancellationToken cancellationToken)
    {
        var read = await _stream.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, cancellationToken);
        BytesRead += read;
        if (read < into.Length)
        {
            throw Damaged("it ends too early");
        }
    }

    // Memory is taken as bytes come: a file of a hundred bytes may claim a block of two hundred megabytes.
    private async ValueTask ReadAsync(ByteBuffer into, int count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var memory = into.GetMemory(Math.Min(count, FirstRead));
            var read = await _stream.ReadAsync(memory[..Math.Min(memory.Length, count)], cancellationToken);
            if (read == 0)
            {
                throw Damaged("it ends too early");
            }

            into.Advance(read);
            BytesRead += read;
            count -= read;
        }
    }
}

/// <summary>A block of a file, decompressed.</summary>
/// <param name="Count">How many records it says to hold.</param>
/// <param name="Bytes">The records, one after another.</param>
public readonly record struct AvroFileBlock(long Count, ReadOnlyMemory<byte> Bytes);

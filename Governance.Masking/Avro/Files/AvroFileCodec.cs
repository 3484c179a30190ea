using System.IO.Compression;
using Governance.Masking.Columns;

namespace Governance.Masking.Avro.Files;

/// <summary>How blocks of a file are compressed: what the specification requires of every implementation.</summary>
internal static class AvroFileCodec
{
    /// <summary>Blocks are as they are.</summary>
    public const string None = "null";

    /// <summary>Blocks are raw DEFLATE (RFC 1951), without zlib's header.</summary>
    public const string Deflate = "deflate";

    /// <summary>Refuses a codec that is not known.</summary>
    /// <exception cref="AvroFileException">It is another one.</exception>
    public static string Check(string codec) =>
        codec is None or Deflate
            ? codec
            : throw new AvroFileException(
                "The file's blocks are compressed by a codec that is not known here. Write it again with the codec null or deflate."
            );

    /// <summary>Unpacks a block.</summary>
    /// <exception cref="AvroFileException">It is damaged, or larger than <paramref name="maximum"/> bytes.</exception>
    public static void Unpack(ReadOnlyMemory<byte> packed, ByteBuffer into, int maximum)
    {
        try
        {
            using var inflate = new DeflateStream(new ReadOnlyMemoryStream(packed), CompressionMode.Decompress);
            while (inflate.Read(into.GetSpan(16 * 1024)) is > 0 and var read)
            {
                into.Advance(read);
                if (into.Length > maximum)
                {
                    throw AvroFileReader.TooLarge(maximum);
                }
            }
        }
        catch (InvalidDataException exception)
        {
            throw new AvroFileException("A block of the file cannot be decompressed: the file is damaged.", exception);
        }
    }

    /// <summary>Packs a block.</summary>
    public static void Pack(ReadOnlySpan<byte> plain, MemoryStream into)
    {
        using var deflate = new DeflateStream(into, CompressionLevel.Optimal, leaveOpen: true);
        deflate.Write(plain);
    }

    private sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> bytes) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => bytes.Length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = Math.Min(buffer.Length, bytes.Length - _position);
            bytes.Span.Slice(_position, read).CopyTo(buffer);
            _position += read;
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

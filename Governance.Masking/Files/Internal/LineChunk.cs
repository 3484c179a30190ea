using Governance.Masking.Columns;
using Governance.Masking.Json;

namespace Governance.Masking.Files.Internal;

/// <summary>Reads lines by the batch. A line that is too long is passed over without being kept.</summary>
internal sealed class LineChunk(Stream stream)
{
    private readonly byte[] _read = new byte[64 * 1024];
    private readonly ByteBuffer _bytes = new();
    private readonly List<Line> _lines = [];
    private int _position;
    private int _length;
    private bool _isStart = true;

    /// <summary>The lines that hold something.</summary>
    public IReadOnlyList<Line> Lines => _lines;

    /// <summary>Number of the last line that was read.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Bytes that were read of the stream.</summary>
    public long BytesRead { get; private set; }

    /// <summary>A line's bytes, without its end; valid until the next read.</summary>
    public ReadOnlyMemory<byte> BytesOf(Line line) => _bytes.WrittenMemory.Slice(line.Start, line.Length);

    /// <summary>Reads the next lines.</summary>
    /// <returns><see langword="false"/> at the end.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _bytes.Clear();
        _lines.Clear();
        var start = 0;
        var isTooLong = false;
        while (_lines.Count < FileMasking.BatchRecords && start < FileMasking.BatchBytes)
        {
            if (_position == _length && !await FillAsync(cancellationToken))
            {
                if (isTooLong || _bytes.Length > start)
                {
                    LineNumber++;
                    End(start, isTooLong);
                }

                return _lines.Count > 0;
            }

            var rest = _read.AsSpan(_position, _length - _position);
            var newline = rest.IndexOf((byte)'\n');
            var part = newline < 0 ? rest : rest[..newline];
            _position += part.Length + (newline < 0 ? 0 : 1);
            if (!isTooLong)
            {
                _bytes.Write(part);
                if (_bytes.Length - start > JsonBatch.MaximumBytes)
                {
                    isTooLong = true;
                    _bytes.Truncate(start);
                }
            }

            if (newline >= 0)
            {
                LineNumber++;
                End(start, isTooLong);
                isTooLong = false;
                start = _bytes.Length;
            }
        }

        return true;
    }

    private void End(int start, bool isTooLong)
    {
        var line = _bytes.Written[start..];
        var length = line.TrimEnd(" \t\r"u8).Length;
        if (isTooLong || length > 0)
        {
            _lines.Add(new Line(LineNumber, start, length, isTooLong));
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _position = 0;
        _length = await stream.ReadAsync(_read, cancellationToken);
        BytesRead += _length;
        if (_isStart && _length > 0)
        {
            _isStart = false;
            _position = _read.AsSpan(0, _length).StartsWith("\uFEFF"u8) ? 3 : 0;
        }

        return _length > 0;
    }
}

/// <summary>A line of a chunk.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Start">Where it begins in the chunk.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="IsTooLong">Whether it was passed over.</param>
internal readonly record struct Line(long Number, int Start, int Length, bool IsTooLong);

using System.Text;
using Google.Protobuf;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>Rows of one table as messages, in the order they were added, in one piece of pooled memory.</summary>
internal sealed class EncodedRows(MessageShape shape, string source, DateTimeOffset ingestedAt) : IDisposable
{
    // A message and its tag inside the request: the length of 10 MB takes four bytes.
    private const int Overhead = 5;
    private readonly ProtoBuffer _buffer = new();
    private readonly List<(int Start, int Length)> _rows = [];
    private readonly byte[] _source = Encoding.UTF8.GetBytes(source);

    public MessageShape Shape => shape;

    public int Count => _rows.Count;

    /// <summary>Encodes a row.</summary>
    /// <exception cref="SinkRowException">It does not have the shape of its schema, or no request is large enough for it.</exception>
    public void Add(RowPlan plan, in MaskedRow row, int mostBytes)
    {
        var start = _buffer.Length;
        plan.Write(row, _source, ingestedAt, _buffer);
        var length = _buffer.Length - start;
        if (length + Overhead > mostBytes)
        {
            _buffer.Truncate(start);
            throw new SinkRowException(
                $"Table {shape.Table}: a row is longer than the {mostBytes} bytes that BigQuery takes."
            );
        }

        _rows.Add((start, length));
    }

    /// <summary>The rows, in requests of at most so many bytes. They stay valid until a row is added, or this is disposed.</summary>
    public IEnumerable<IReadOnlyList<ByteString>> Requests(int mostBytes)
    {
        var request = new List<ByteString>();
        var bytes = 0;
        foreach (var (start, length) in _rows)
        {
            if (bytes + length + Overhead > mostBytes && request.Count > 0)
            {
                yield return request;
                request = [];
                bytes = 0;
            }

            request.Add(UnsafeByteOperations.UnsafeWrap(_buffer.Written(start, length)));
            bytes += length + Overhead;
        }

        if (request.Count > 0)
        {
            yield return request;
        }
    }

    public void Dispose() => _buffer.Dispose();
}

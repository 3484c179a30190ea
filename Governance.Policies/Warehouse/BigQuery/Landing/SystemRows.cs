using System.Text;
using Google.Protobuf;
using Governance.Policies.Warehouse.BigQuery.StorageWrite;
using Governance.Policies.Warehouse.BigQuery.Tables;

namespace Governance.Policies.Warehouse.BigQuery.Landing;

/// <summary>
/// Adds rows to one of the adapter's own tables through its default stream: they are seen at once, and a row may come twice.
/// </summary>
internal sealed class SystemRows(WriteClient client, string tablePath, BigQueryTable table) : IDisposable
{
    private readonly AppendStream _stream = new(client, $"{tablePath}/streams/_default", hasOffsets: false);
    private readonly MessageShape _shape = MessageShape.Of(table.Name, table.Fields);

    /// <summary>Adds rows, each with the values of the table's columns in their order: text, <see cref="long"/>, a moment, or null.</summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer. Whether they were added is not known.</exception>
    public async Task AddAsync(IReadOnlyCollection<object?[]> rows, CancellationToken cancellationToken)
    {
        // All rows of one request stand one after the other in the buffer; a position is some 200 bytes.
        const int MostRows = 10_000;
        foreach (var chunk in rows.Chunk(MostRows))
        {
            using var buffer = new ProtoBuffer();
            var places = chunk.Select(row => Write(buffer, row)).ToArray();
            ByteString[] request =
            [
                .. places.Select(place => UnsafeByteOperations.UnsafeWrap(buffer.Written(place.Start, place.Length))),
            ];
            try
            {
                await _stream.AppendAsync(_shape, request, cancellationToken);
            }
            catch (StreamLostException)
            {
                throw new WarehouseException(
                    new Refusal(
                        RefusalKind.Gone,
                        "system_table_gone",
                        $"Table {table.Name} takes no rows. Where somebody dropped it, restart the service, which makes it again."
                    )
                );
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    private static (int Start, int Length) Write(ProtoBuffer buffer, object?[] row)
    {
        var start = buffer.Length;
        for (var at = 0; at < row.Length; at++)
        {
            switch (row[at])
            {
                case null:
                    break;
                case string text:
                    buffer.WriteBytes(at + 1, Encoding.UTF8.GetBytes(text));
                    break;
                case long number:
                    buffer.WriteInt64(at + 1, number);
                    break;
                case DateTimeOffset moment:
                    buffer.WriteInt64(at + 1, RowPlan.Microseconds(moment));
                    break;
                default:
                    throw new ArgumentException("Not a value of a system table.", nameof(row));
            }
        }

        return (start, buffer.Length - start);
    }
}

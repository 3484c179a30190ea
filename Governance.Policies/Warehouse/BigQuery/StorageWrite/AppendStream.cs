using Google.Protobuf;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.StorageWrite.Wire;
using Grpc.Core;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>
/// Appends to one write stream. With offsets a request that is sent again because its answer was lost lands once; without them (the table's
/// default stream) it may land twice.
/// </summary>
internal sealed class AppendStream(WriteClient client, string name, bool hasOffsets) : IDisposable
{
    private AppendConnection? _connection;
    private MessageShape? _shape;

    /// <summary>The stream's full name.</summary>
    public string Name => name;

    /// <summary>Rows that were appended, and so the offset of the next one.</summary>
    public long Rows { get; private set; }

    /// <summary>Appends rows, all of them or none.</summary>
    /// <exception cref="StreamLostException">The stream takes nothing of this process any more.</exception>
    /// <exception cref="SinkRowException">A row is refused for what it holds.</exception>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer. Whether the rows landed is not known.</exception>
    public async Task AppendAsync(
        MessageShape shape,
        IReadOnlyList<ByteString> rows,
        CancellationToken cancellationToken
    )
    {
        var table = WriteClient.TableOf(name);
        var backoff = client.Backoff(client.Options.RetryBudget);
        Backoff? lag = null;
        while (true)
        {
            StatusCode code;
            try
            {
                var response = await SendAsync(shape, rows, cancellationToken);
                if (response.Error is null)
                {
                    break;
                }

                // The service may end the connection after an error.
                Close();
                code = (StatusCode)response.Error.Code;
                switch (WriteFaults.Classify(response))
                {
                    case AppendFault.WrittenBefore when hasOffsets:
                        Rows += rows.Count;
                        return;
                    case AppendFault.Transient:
                        break;
                    case AppendFault.SchemaLags:
                        lag ??= client.Backoff(client.Options.SchemaBudget);
                        if (!await lag.WaitAsync(cancellationToken))
                        {
                            throw WriteFaults.SchemaLags(table);
                        }

                        continue;
                    case AppendFault.RowRefused:
                        throw WriteFaults.RowRefused(table, response.RowErrors.Count);
                    case AppendFault.StreamLost:
                        throw new StreamLostException($"A write stream of table {table} takes no more rows ({code}).");
                    default:
                        throw WriteFaults.Exception(code, table, WriteFaults.StorageCode(response.Error));
                }
            }
            catch (RpcException exception)
            {
                Close();
                cancellationToken.ThrowIfCancellationRequested();
                code = exception.StatusCode;
                if (code is StatusCode.NotFound)
                {
                    throw new StreamLostException($"A write stream of table {table} is not there any more.");
                }

                if (!WriteFaults.IsTransient(code))
                {
                    throw WriteFaults.Exception(code, table);
                }
            }

            if (!await backoff.WaitAsync(cancellationToken))
            {
                throw WriteFaults.Exception(code, table);
            }
        }

        Rows += rows.Count;
    }

    public void Dispose() => Close();

    private async Task<AppendRowsResponse> SendAsync(
        MessageShape shape,
        IReadOnlyList<ByteString> rows,
        CancellationToken cancellationToken
    )
    {
        if (!ReferenceEquals(_shape, shape))
        {
            // Rows of another shape are announced anew.
            Close();
        }

        var data = new AppendRowsRequest.Types.ProtoData { Rows = new ProtoRows() };
        data.Rows.SerializedRows.AddRange(rows);
        var request = new AppendRowsRequest { ProtoRows = data, Offset = hasOffsets ? Rows : null };
        using var overdue = client.Overdue();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, cancellationToken);
        try
        {
            if (_connection is null)
            {
                _connection = await client.OpenAsync(name, either.Token);
                _shape = shape;
                request.WriteStream = name;
                data.WriterSchema = shape.Schema;
            }

            return await _connection.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException)
        {
            Close();
            cancellationToken.ThrowIfCancellationRequested();
            throw new RpcException(new Grpc.Core.Status(StatusCode.DeadlineExceeded, "The answer is overdue."));
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
        _shape = null;
    }
}

using Governance.Policies.Warehouse.BigQuery.StorageWrite.Wire;
using Grpc.Core;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>One running AppendRows call. Requests are sent one after the other, each after the answer to the one before.</summary>
internal sealed class AppendConnection(AsyncDuplexStreamingCall<AppendRowsRequest, AppendRowsResponse> call)
    : IDisposable
{
    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="RpcException">The connection broke; whether the rows landed is not known.</exception>
    public async Task<AppendRowsResponse> SendAsync(AppendRowsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(request, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            // The server ended the call; the next read says how.
        }

        return await call.ResponseStream.MoveNext(cancellationToken)
            ? call.ResponseStream.Current
            : throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "The service ended the call."));
    }

    public void Dispose() => call.Dispose();
}

using Google.Apis.Http;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>Who the service is to Google.</summary>
internal interface IGoogleAccess
{
    /// <summary>Signs the requests of Google's client runtime.</summary>
    IConfigurableHttpClientInitializer Http { get; }

    /// <summary>A token for a call that the runtime does not make (gRPC). It is kept nowhere and logged nowhere.</summary>
    Task<string> TokenAsync(CancellationToken cancellationToken);
}

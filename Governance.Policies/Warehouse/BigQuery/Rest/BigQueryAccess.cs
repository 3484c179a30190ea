using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Governance.Masking.GoogleCloud;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>The service's own account, by the credentials that the settings name.</summary>
internal sealed class BigQueryAccess : IGoogleAccess
{
    private readonly GoogleCredential? _credential;

    private BigQueryAccess(GoogleCredential? credential) => _credential = credential;

    public IConfigurableHttpClientInitializer Http =>
        _credential ?? (IConfigurableHttpClientInitializer)Nobody.Instance;

    /// <summary>Loads the credentials.</summary>
    /// <exception cref="Masking.StartupException">There are none, or they cannot be read.</exception>
    public static BigQueryAccess Load(BigQueryOptions options) =>
        // Once, before anything is asked: there is nothing else to do without them.
        new(options.Access().LoadAsync(CancellationToken.None).GetAwaiter().GetResult());

    public Task<string> TokenAsync(CancellationToken cancellationToken) =>
        _credential is null
            ? Task.FromResult("")
            : ((ITokenAccess)_credential).GetAccessTokenForRequestAsync(null, cancellationToken);

    /// <summary>An emulator that asks nobody who they are.</summary>
    private sealed class Nobody : IConfigurableHttpClientInitializer
    {
        public static Nobody Instance { get; } = new();

        public void Initialize(ConfigurableHttpClient httpClient) { }
    }
}

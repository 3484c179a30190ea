using Google.Apis.Http;
using Google.Apis.Json;
using Google.Apis.Services;
using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>BigQuery's REST interface, on the client runtime that Google's own clients are made of.</summary>
internal sealed class BigQueryService : BaseClientService
{
    private const string Root = "https://bigquery.googleapis.com/";
    private const string Version = "bigquery/v2/";
    private readonly string _base;

    public BigQueryService(BigQueryOptions options, IConfigurableHttpClientInitializer access)
        : base(
            new Initializer
            {
                ApplicationName = "Governance",
                HttpClientInitializer = access,
                Serializer = new NewtonsoftJsonSerializer(Settings()),
                // The runtime would try a 503 again, and nothing else: RetryPolicy does all of it, with a budget.
                DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
            }
        )
    {
        _base = new Uri(options.Endpoint ?? new Uri(Root), Version).AbsoluteUri;
        // Each try has a limit of its own; and what is logged is logged here, never whole requests.
        HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        HttpClient.MessageHandler.IsLoggingEnabled = false;
    }

    public override string Name => "bigquery";

    public override string BaseUri => _base;

    public override string BasePath => Version;

    public override IList<string> Features => [];

    // A DATETIME value stays the text that it is, rather than becoming a moment.
    private static JsonSerializerSettings Settings()
    {
        var settings = NewtonsoftJsonSerializer.CreateDefaultSettings();
        settings.DateParseHandling = DateParseHandling.None;
        return settings;
    }
}

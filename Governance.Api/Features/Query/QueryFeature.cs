using Governance.Api.Configuration;
using Governance.Api.Features.Query.RunQuery;

namespace Governance.Api.Features.Query;

/// <summary>Governed queries: SQL over the views that were granted to whoever asks.</summary>
internal static class QueryFeature
{
    public static void AddQueryFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<QueryOptions>(QueryOptions.SectionName);
        builder.Services.AddSingleton<QueryLedger>();
    }

    public static void MapQueryFeature(this IEndpointRouteBuilder endpoints) => endpoints.MapRunQuery();
}

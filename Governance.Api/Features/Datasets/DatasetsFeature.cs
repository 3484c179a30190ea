using Governance.Api.Features.Datasets.GetDataset;
using Governance.Api.Features.Datasets.ListDatasets;

namespace Governance.Api.Features.Datasets;

/// <summary>What data there is, as its contracts describe it and the warehouse holds it.</summary>
internal static class DatasetsFeature
{
    public static void AddDatasetsFeature(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<TableStates>();

    public static void MapDatasetsFeature(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapListDatasets();
        endpoints.MapGetDataset();
    }
}

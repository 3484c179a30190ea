using System.Text.Json.Nodes;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using MediatR;

namespace Governance.Api.Sandbox.Rows;

/// <summary>The newest rows of a table as they landed, for a first look. Sandbox only: in service a grant's view is asked.</summary>
internal sealed record ReadRows(string Dataset, int Limit) : IRequest<Result<RowList>>;

/// <summary>Masked rows.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Rows">The newest first.</param>
internal sealed record RowList(string Dataset, IReadOnlyList<JsonNode?> Rows);

internal sealed class ReadRowsHandler(IContractCatalogSource contracts, IWarehouse warehouse)
    : IRequestHandler<ReadRows, Result<RowList>>
{
    private const int MaximumRows = 100;

    public async Task<Result<RowList>> Handle(ReadRows request, CancellationToken cancellationToken)
    {
        if (contracts.Current.FindDataset(request.Dataset) is not { } dataset)
        {
            return Failure.NotFound(
                "unknown_dataset",
                "No contract has a dataset of this name.",
                "GET /datasets lists them."
            );
        }

        var limit = Math.Clamp(request.Limit, 1, MaximumRows);
        var rows = await warehouse.ReadNewestAsync(dataset, limit, cancellationToken);
        return new RowList(dataset.Name, [.. rows.Select(row => JsonNode.Parse(row))]);
    }
}

internal static class ReadRowsEndpoint
{
    public static void MapReadRows(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/sandbox/rows/{dataset}",
                async (string dataset, int? limit, IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new ReadRows(dataset, limit ?? 1), cancellationToken)).ToHttp()
            )
            .Produces<RowList>()
            .RequireRoles(Roles.Owner, Roles.Pipeline, Roles.Dpo)
            .WithTags("Sandbox");
}

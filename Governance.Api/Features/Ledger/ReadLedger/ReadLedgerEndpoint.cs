using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Identity;
using Governance.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Ledger.ReadLedger;

internal static class ReadLedgerEndpoint
{
    /// <summary>One page as JSON; with <c>Accept: application/x-ndjson</c> all of it, as <c>verify-ledger --file</c> reads it.</summary>
    public static void MapReadLedger(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/ledger",
                async (
                    HttpRequest request,
                    IMediator mediator,
                    IDbContextFactory<StateDbContext> contexts,
                    CancellationToken cancellationToken,
                    long after = 0,
                    int limit = ReadLedgerQuery.DefaultLimit
                ) =>
                    request.Headers.Accept.ToString().Contains(LedgerExport.ContentType, StringComparison.Ordinal)
                        ? (IResult)Export(contexts, cancellationToken)
                        : (await mediator.Send(new ReadLedgerQuery(after, limit), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Auditor, Roles.Dpo)
            .WithTags("Ledger")
            .WithSummary("Entries in order; Accept: application/x-ndjson gives the whole ledger, for verify-ledger.")
            .Produces<LedgerPage>();

    private static PushStreamHttpResult Export(
        IDbContextFactory<StateDbContext> contexts,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Stream(
            async stream =>
            {
                await using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                var entries = db.Set<LedgerEntry>().AsNoTracking().OrderBy(entry => entry.Sequence);
                await foreach (var entry in entries.AsAsyncEnumerable().WithCancellation(cancellationToken))
                {
                    await writer.WriteLineAsync(LedgerExport.Line(entry).AsMemory(), cancellationToken);
                }
            },
            LedgerExport.ContentType,
            "ledger.jsonl"
        );
}

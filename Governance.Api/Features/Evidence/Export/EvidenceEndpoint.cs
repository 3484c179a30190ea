using Governance.Api.Http;
using Governance.Api.Identity;

namespace Governance.Api.Features.Evidence.Export;

internal static class EvidenceEndpoint
{
    private const string Zip = "application/zip";

    /// <summary>The archive is written to a file first, which is gone when it was sent: nobody gets half of one that then fails.</summary>
    public static void MapEvidence(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/evidence",
                async (
                    DateOnly? from,
                    DateOnly? to,
                    Actor actor,
                    EvidenceArchive archive,
                    CancellationToken cancellationToken
                ) =>
                {
                    if (from is not { } first || to is not { } last || first > last || last.Year > 9000)
                    {
                        return Problem.From(
                            Failure.Invalid(
                                "bad_period",
                                "Evidence is of a period: ?from=2026-01-01&to=2026-03-31, both days in it.",
                                "Name both days, the first one first."
                            )
                        );
                    }

                    var file = new FileStream(
                        Path.GetTempFileName(),
                        FileMode.Create,
                        FileAccess.ReadWrite,
                        FileShare.None,
                        bufferSize: 1 << 16,
                        FileOptions.DeleteOnClose | FileOptions.Asynchronous
                    );
                    try
                    {
                        await archive.WriteAsync(file, first, last, actor.Id, cancellationToken);
                        file.Position = 0;
                        return (IResult)
                            TypedResults.Stream(file, Zip, $"evidence-{first:yyyy-MM-dd}-{last:yyyy-MM-dd}.zip");
                    }
                    catch
                    {
                        await file.DisposeAsync();
                        throw;
                    }
                }
            )
            .RequireRoles(Roles.Dpo, Roles.Auditor)
            .WithTags("Evidence")
            .WithSummary(
                "All requests of a period with receipts and ledger, in one archive that can be verified offline"
            )
            .Produces<FileStream>(StatusCodes.Status200OK, Zip);
}

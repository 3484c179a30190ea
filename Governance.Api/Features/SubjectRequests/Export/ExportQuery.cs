using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Exporting;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.Export;

/// <summary>Downloads a request's archive. Each time is a ledger event, before the first byte goes.</summary>
internal sealed record ExportQuery(Guid Id, string Actor) : IRequest<Result<ExportDownload>>;

/// <summary>The encrypted archive.</summary>
internal sealed record ExportDownload(Stream Content, string FileName);

internal sealed class ExportHandler(SubjectRequestStore requests, ExportFiles files, TimeProvider time)
    : IRequestHandler<ExportQuery, Result<ExportDownload>>
{
    public async Task<Result<ExportDownload>> Handle(ExportQuery request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is not { } found)
        {
            return SubjectRequestFailures.Unknown;
        }

        if (Refusal(found) is { } refusal)
        {
            return refusal;
        }

        // Open first: what is destroyed from now on is still read to its end.
        if (files.Open(found.Export!.FileName) is not { } file)
        {
            return Failure.Unavailable(
                "export_missing",
                "The archive is not where it was written to.",
                "Restore the folder of archives from its backup, or submit the request again."
            );
        }

        try
        {
            await requests.ChangeAsync(
                request.Id,
                async (db, current) =>
                {
                    current.Export!.Downloads++;
                    await requests.RecordAsync(
                        db,
                        current,
                        request.Actor,
                        "export-downloaded",
                        new LedgerDetails
                        {
                            { "download", current.Export.Downloads },
                            { "sha256", current.Export.Sha256 },
                        },
                        cancellationToken
                    );
                    return true;
                },
                cancellationToken
            );
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }

        return new ExportDownload(file, $"subject-request-{request.Id}.zip.age");
    }

    private Failure? Refusal(SubjectRequest request) =>
        request switch
        {
            _ when !RequestTypes.IsExport(request.Type) => Failure.Conflict(
                "no_archive",
                $"A request of type '{request.Type}' has no archive.",
                "Submit an access or portability request."
            ),
            { DuplicateOf: { } other } => Failure.Conflict(
                "no_archive",
                "A duplicate has no archive of its own.",
                $"Download that of the request that it duplicates: {SubjectRequestAddresses.Of(other)}/export."
            ),
            { Export: null } or { Export.ExpiresAt: null } => Failure.Conflict(
                "export_not_ready",
                $"The request is '{request.State.Name()}'; its archive is given out once it is completed.",
                request.State.IsFinal() ? "Read the request for how it ended." : "Ask again once the request has ended."
            ),
            { Export: { } export } when !export.IsAvailable(time.GetUtcNow()) => Failure.Gone(
                "export_gone",
                $"The archive could be downloaded until {export.ExpiresAt:u}, and is destroyed.",
                "Submit a new request where the person still wants it."
            ),
            _ => null,
        };
}

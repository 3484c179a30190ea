using System.Globalization;
using System.Text.Json;
using Governance.Api.Features.OpenDsr.Signing;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.SubjectRequests;
using Governance.Api.Http;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.OpenDsr.Requests;

/// <summary>Maps the protocol onto subject requests, and back. A controller sees the requests that it sent, and no other's.</summary>
internal sealed class OpenDsrDesk(
    ISubjectRequestDesk desk,
    IReceipts receipts,
    IStateStore state,
    TimeProvider time,
    IOptions<OpenDsrOptions> options
)
{
    public const string Pending = "pending";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";

    private const int MaxCallbacks = 5;

    private static readonly Failure Unknown = Failure.NotFound(
        "unknown_subject_request",
        "No request with this subject_request_id came from this controller."
    );

    /// <summary>Takes a request; one that came before is answered as it was.</summary>
    public async Task<Result<OpenDsrReceived>> SubmitAsync(
        byte[] body,
        string controller,
        CancellationToken cancellationToken
    )
    {
        OpenDsrBody? request;
        try
        {
            request = JsonSerializer.Deserialize<OpenDsrBody>(body, OpenDsrAnswers.Json);
        }
        catch (JsonException exception)
        {
            // Its path is of names that the sender chose: only where it stands is told.
            return Malformed(exception);
        }

        List<Fault> faults = [];
        if (request is null || !Check(request, faults))
        {
            return Failure.Invalid("invalid_request", "The request has faults; nothing was stored.", null, faults);
        }

        var callbacks = request.StatusCallbackUrls ?? [];
        var submitted = await desk.SubmitAsync(
            new DeskSubmission
            {
                Type = request.SubjectRequestType,
                Subject = options.Value.Subject,
                Claims =
                [
                    .. request.SubjectIdentities!.Select(one =>
                        (options.Value.Identities[one.IdentityType], one.IdentityValue)
                    ),
                ],
                ReceivedAt = request.SubmittedTime,
                Channel = "opendsr",
            },
            controller,
            new Companion(controller, request.SubjectRequestId, callbacks, time.GetUtcNow()),
            cancellationToken
        );
        return submitted.IsOk
            ? new OpenDsrReceived(
                controller,
                submitted.Value.DueAt,
                submitted.Value.SubmittedAt,
                Convert.ToBase64String(body),
                request.SubjectRequestId
            )
            : submitted.Failure;
    }

    /// <summary>How a request stands.</summary>
    public async Task<Result<OpenDsrStatus>> FindAsync(
        Guid subjectRequestId,
        string controller,
        CancellationToken cancellationToken
    ) =>
        await RowAsync(subjectRequestId, controller, cancellationToken) is { } row
            ? await StatusAsync(row, cancellationToken)
            : Unknown;

    /// <summary>Takes a request back, while nobody has decided it.</summary>
    public async Task<Result<OpenDsrCancelled>> CancelAsync(
        Guid subjectRequestId,
        string controller,
        CancellationToken cancellationToken
    )
    {
        if (await RowAsync(subjectRequestId, controller, cancellationToken) is not { } row)
        {
            return Unknown;
        }

        var status = await StatusAsync(row, cancellationToken);
        if (status.RequestStatus != Cancelled)
        {
            var withdrawn = await desk.WithdrawAsync(
                row.RequestId,
                controller,
                "cancelled by the controller",
                cancellationToken
            );
            if (withdrawn.Failure is { } failure)
            {
                return failure;
            }
        }

        return new OpenDsrCancelled(controller, subjectRequestId, time.GetUtcNow(), OpenDsrAnswers.Version);
    }

    /// <summary>The protocol's view of a request.</summary>
    public async Task<OpenDsrStatus> StatusAsync(OpenDsrRequest row, CancellationToken cancellationToken)
    {
        var request =
            await desk.FindAsync(row.RequestId, cancellationToken)
            ?? throw new InvalidOperationException("The request is gone.");
        var status = request.Phase switch
        {
            DeskPhase.Waiting => Pending,
            DeskPhase.Working => "in_progress",
            DeskPhase.Done => Completed,
            _ => Cancelled,
        };
        return new OpenDsrStatus(
            row.Controller,
            request.DueAt,
            row.SubjectRequestId,
            status,
            OpenDsrAnswers.Version,
            Receipt: status == Completed ? await receipts.FindAsync(row.RequestId.ToString(), cancellationToken) : null
        );
    }

    private Task<OpenDsrRequest?> RowAsync(Guid id, string controller, CancellationToken cancellationToken) =>
        state.ReadAsync(
            db =>
                db.Set<OpenDsrRequest>()
                    .SingleOrDefaultAsync(
                        one => one.SubjectRequestId == id && one.Controller == controller,
                        cancellationToken
                    ),
            cancellationToken
        );

    private bool Check(OpenDsrBody request, List<Fault> faults)
    {
        if (request.Regulation is not ("gdpr" or "ccpa"))
        {
            faults.Add(new Fault("regulation", "unknown_regulation", "It is gdpr or ccpa."));
        }

        if (request.SubjectRequestId == Guid.Empty)
        {
            faults.Add(new Fault("subject_request_id", "malformed", "It is a UUID of version 4."));
        }

        if (!desk.Types.Contains(request.SubjectRequestType, StringComparer.Ordinal))
        {
            faults.Add(
                new Fault("subject_request_type", "unknown_type", $"It is one of {string.Join(", ", desk.Types)}.")
            );
        }

        if (request.SubjectIdentities is not [_, ..])
        {
            faults.Add(new Fault("subject_identities", "missing", "Name at least one identity."));
        }

        for (var index = 0; index < (request.SubjectIdentities?.Count ?? 0); index++)
        {
            var identity = request.SubjectIdentities![index];
            var path = string.Create(CultureInfo.InvariantCulture, $"subject_identities[{index}]");
            if (!options.Value.Identities.ContainsKey(identity.IdentityType))
            {
                faults.Add(
                    new Fault(
                        $"{path}.identity_type",
                        "unknown_identity_type",
                        "The discovery lists the identity types that are known here."
                    )
                );
            }

            if (identity.IdentityFormat != "raw")
            {
                faults.Add(
                    new Fault(
                        $"{path}.identity_format",
                        "unknown_identity_format",
                        "Send identities raw: a plain hash of one cannot be matched with keyed hashes."
                    )
                );
            }
        }

        var callbacks = request.StatusCallbackUrls ?? [];
        if (callbacks.Count > MaxCallbacks)
        {
            faults.Add(new Fault("status_callback_urls", "too_many", "Name at most five."));
        }

        for (var index = 0; index < callbacks.Count; index++)
        {
            if (!IsAllowed(callbacks[index]))
            {
                faults.Add(
                    new Fault(
                        string.Create(CultureInfo.InvariantCulture, $"status_callback_urls[{index}]"),
                        "callback_not_allowed",
                        "A callback is an https address without a user in it, at a host that was agreed on."
                    )
                );
            }
        }

        return faults.Count == 0;
    }

    private bool IsAllowed(string address) =>
        address.Length <= 500
        && Uri.TryCreate(address, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && options.Value.CallbackHosts.Contains(url.Host, StringComparer.OrdinalIgnoreCase);

    private static Failure Malformed(JsonException exception) =>
        Failure.Invalid(
            "malformed_request",
            "The body is no OpenDSR request: it is no JSON, or lacks a required member, or has one of another kind.",
            null,
            [
                new Fault(
                    "body",
                    "malformed",
                    "Send an object with regulation, subject_request_id, subject_request_type, submitted_time and subject_identities.",
                    (int?)exception.LineNumber + 1
                ),
            ]
        );

    private sealed class Companion(
        string controller,
        Guid subjectRequestId,
        IReadOnlyList<string> callbacks,
        DateTimeOffset now
    ) : ISubmitCompanion
    {
        public async Task<Guid?> FindEarlierAsync(StateDbContext db, CancellationToken cancellationToken) =>
            (await db.FindAsync<OpenDsrRequest>([controller, subjectRequestId], cancellationToken))?.RequestId;

        public Task KeepAsync(StateDbContext db, Guid requestId, CancellationToken cancellationToken)
        {
            db.Add(
                new OpenDsrRequest
                {
                    Controller = controller,
                    SubjectRequestId = subjectRequestId,
                    RequestId = requestId,
                    ReceivedAt = now,
                    Callbacks = [.. callbacks.Distinct(StringComparer.Ordinal)],
                }
            );
            return Task.CompletedTask;
        }
    }
}

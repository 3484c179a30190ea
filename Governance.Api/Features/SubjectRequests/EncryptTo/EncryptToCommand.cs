using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Api.Pipeline;
using MediatR;

namespace Governance.Api.Features.SubjectRequests.EncryptTo;

/// <summary>Says, or changes, what the archive of a request is encrypted to. Not a record: its text form must not show it.</summary>
internal sealed class EncryptToCommand(Guid id, EncryptToBody body, string actor) : IRequest<Result>
{
    public Guid Id { get; } = id;

    public EncryptToBody Body { get; } = body;

    public string Actor { get; } = actor;
}

internal sealed class EncryptToValidator : IRequestValidator<EncryptToCommand>
{
    public IEnumerable<Fault> Validate(EncryptToCommand request) => request.Body.Faults("encryptTo");
}

internal sealed class EncryptToHandler(SubjectRequestStore requests, DemandSecrets secrets, TimeProvider time)
    : IRequestHandler<EncryptToCommand, Result>
{
    public async Task<Result> Handle(EncryptToCommand request, CancellationToken cancellationToken)
    {
        if (await requests.FindAsync(request.Id, cancellationToken) is null)
        {
            return SubjectRequestFailures.Unknown;
        }

        return await requests.ChangeAsync<Result>(
            request.Id,
            async (db, current) =>
            {
                if (!RequestTypes.IsExport(current.Type))
                {
                    return Failure.Conflict(
                        "no_archive",
                        $"A request of type '{current.Type}' has no archive.",
                        "Say it of an access or portability request."
                    );
                }

                if (!current.State.IsBeforeApproval())
                {
                    return Failure.Conflict(
                        "not_possible_now",
                        $"What the archive is encrypted to is said before the approval; the request is '{current.State.Name()}'.",
                        "Submit a new request where the archive cannot be opened by whom it is for."
                    );
                }

                current.Demand ??= new RequestDemand { RequestId = current.Id };
                secrets.Keep(current.Demand, request.Body);
                current.Note("encrypt_to", request.Actor, time.GetUtcNow(), current.Demand.EncryptTo);
                await requests.RecordAsync(
                    db,
                    current,
                    request.Actor,
                    "encrypt-to",
                    new LedgerDetails { { "kind", current.Demand.EncryptTo! } },
                    cancellationToken
                );
                return Result.Ok;
            },
            cancellationToken
        );
    }
}

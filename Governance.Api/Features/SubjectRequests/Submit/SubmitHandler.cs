using System.Text.RegularExpressions;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Submit;

internal sealed partial class SubmitHandler(
    IContractCatalogSource contracts,
    ClaimReader claims,
    DemandReader demands,
    IStateStore state,
    SubjectRequestStore requests,
    TimeProvider time
) : IRequestHandler<SubmitCommand, Result<SubmitAnswer>>
{
    public async Task<Result<SubmitAnswer>> Handle(SubmitCommand request, CancellationToken cancellationToken)
    {
        var body = request.Body;
        var catalog = contracts.Current;
        List<Fault> faults = [];
        CheckRequest(body, catalog, faults);
        var keys = claims.Read(body.Claims, ErasureScope.IdentifierDomains(catalog), faults);
        if (faults.Count > 0)
        {
            return Failure.Invalid(
                "invalid_request",
                "The subject request has faults; nothing was stored.",
                "Mend what the faults name, and send it again.",
                faults
            );
        }

        var id = Guid.CreateVersion7(time.GetUtcNow());
        var (demand, failure) = await demands.ReadAsync(body, id, cancellationToken);
        return failure is not null ? failure : await KeepAsync(request, id, demand, catalog, keys, cancellationToken);
    }

    private void CheckRequest(SubmitBody body, ContractCatalog catalog, List<Fault> faults)
    {
        DemandReader.Check(body, catalog, faults);
        if (!RequestTypes.All.Contains(body.Type, StringComparer.Ordinal))
        {
            faults.Add(new Fault("type", "unknown_type", $"The type is one of {string.Join(", ", RequestTypes.All)}."));
        }

        if (ErasureScope.Of(catalog, body.Subject) is null)
        {
            var kinds = ErasureScope.Subjects(catalog);
            faults.Add(
                new Fault(
                    "subject",
                    "unknown_subject",
                    kinds.Count == 0
                        ? "No contract names a kind of person yet; publish the contracts first."
                        : $"No contract knows this kind of person by an identifier of its own. The kinds are {string.Join(", ", kinds)}."
                )
            );
        }

        if (body.ReceivedAt is { } received && (received > time.GetUtcNow().AddMinutes(5) || received.Year < 2000))
        {
            faults.Add(
                new Fault(
                    "receivedAt",
                    "out_of_range",
                    "When the request was received lies in the past, after the year 2000."
                )
            );
        }

        if (body.Channel is { } channel && !Label.IsMatch(channel))
        {
            faults.Add(
                new Fault(
                    "channel",
                    "malformed",
                    "A channel is a short label: a-z, 0-9, _ and -, at most 40 characters."
                )
            );
        }
    }

    private Task<Result<SubmitAnswer>> KeepAsync(
        SubmitCommand command,
        Guid id,
        RequestDemand? demand,
        ContractCatalog catalog,
        IReadOnlyList<IdentifierKey> keys,
        CancellationToken cancellationToken
    ) =>
        state.WriteAsync<Result<SubmitAnswer>>(
            async db =>
            {
                if (await EarlierAsync(db, command, cancellationToken) is { } earlier)
                {
                    return earlier;
                }

                var now = time.GetUtcNow();
                var body = command.Body;
                var request = new SubjectRequest
                {
                    Id = id,
                    Demand = demand,
                    Type = body.Type,
                    Subject = body.Subject,
                    ReceivedAt = body.ReceivedAt?.ToUniversalTime() ?? now,
                    SubmittedAt = now,
                    Channel = body.Channel,
                    ClaimDomains =
                    [
                        .. keys.Select(key => key.Domain)
                            .Distinct(StringComparer.Ordinal)
                            .Order(StringComparer.Ordinal),
                    ],
                };
                request.Note(RequestState.Received.Name(), command.Actor, now);
                db.Add(request);
                await requests.RecordAsync(
                    db,
                    request,
                    command.Actor,
                    "submitted",
                    new LedgerDetails
                    {
                        { "type", request.Type },
                        { "subject", request.Subject },
                        { "claims", keys.Count },
                    },
                    cancellationToken
                );
                if (demand is { Purposes: [], RefusedPurposes: [_, ..] refused })
                {
                    // Nothing is left of it. The person is told why, and where to complain (Art. 12(4)).
                    request.Move(RequestState.Refused, command.Actor, now, string.Join("; ", refused));
                    await requests.RecordAsync(
                        db,
                        request,
                        command.Actor,
                        RequestState.Refused.Name(),
                        new LedgerDetails { { "purposes", refused.Count } },
                        cancellationToken
                    );
                }
                else if (await FindOpenAsync(db, catalog, request, keys, cancellationToken) is { } open)
                {
                    await MergeAsync(db, open, request, keys, command.Actor, cancellationToken);
                }
                else
                {
                    request.Claims.AddRange(keys.Select(key => RequestClaim.Of(request.Id, key)));
                }

                if (command.Companion is { } companion)
                {
                    await companion.KeepAsync(db, request.Id, cancellationToken);
                }

                return Answer(request);
            },
            cancellationToken
        );

    private static async Task<SubmitAnswer?> EarlierAsync(
        StateDbContext db,
        SubmitCommand command,
        CancellationToken cancellationToken
    ) =>
        command.Companion is { } companion && await companion.FindEarlierAsync(db, cancellationToken) is { } id
            ? Answer(await db.Set<SubjectRequest>().SingleAsync(one => one.Id == id, cancellationToken))
            : null;

    private static SubmitAnswer Answer(SubjectRequest request) =>
        new(
            request.Id,
            request.State.Name(),
            SubjectRequestAddresses.Of(request.Id),
            request.DuplicateOf is { } other ? SubjectRequestAddresses.Of(other) : null
        );

    // Two requests are about one person where they claim the same identifier of their own, or the very same shared ones: a
    // phone number alone may be two people's.
    private static async Task<SubjectRequest?> FindOpenAsync(
        StateDbContext db,
        ContractCatalog catalog,
        SubjectRequest request,
        IReadOnlyList<IdentifierKey> keys,
        CancellationToken cancellationToken
    )
    {
        var indexes = keys.Select(key => key.Index.ToByteArray()).ToList();
        var candidates = await SubjectRequestStore
            .Whole(db)
            .Where(other => other.Type == request.Type && other.Subject == request.Subject && other.EndedAt == null)
            .Where(other => other.Id != request.Id)
            .Where(other => other.Claims.Any(claim => indexes.Contains(claim.Index)))
            .OrderBy(other => other.SubmittedAt)
            .ToListAsync(cancellationToken);
        var domains = ErasureScope.Of(catalog, request.Subject)!.Domains;
        var claimed = keys.ToHashSet();
        return candidates.Find(other =>
        {
            if (other.Demand?.Digest != request.Demand?.Digest && RequestTypes.IsLimit(request.Type))
            {
                return false;
            }

            var theirs = other.Claims.Select(claim => claim.Key).ToHashSet();
            var same = theirs.Overlaps(claimed.Where(key => domains.Contains(key.Domain))) || theirs.SetEquals(claimed);

            // What is approved takes no more claims: new ones would be lost in it, and are worked on for themselves.
            return same && (other.State.IsBeforeApproval() || claimed.IsSubsetOf(theirs));
        });
    }

    private async Task MergeAsync(
        StateDbContext db,
        SubjectRequest open,
        SubjectRequest duplicate,
        IReadOnlyList<IdentifierKey> keys,
        string actor,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        duplicate.DuplicateOf = open.Id;
        duplicate.Move(RequestState.DuplicateOf, actor, now);
        var known = open.Claims.Select(claim => claim.Key).ToHashSet();
        IdentifierKey[] added = [.. keys.Where(key => !known.Contains(key))];
        if (added.Length > 0)
        {
            open.Claims.AddRange(added.Select(key => RequestClaim.Of(open.Id, key)));
            open.ClaimDomains =
            [
                .. open
                    .Claims.Select(claim => claim.Domain)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ];
            if (open.State is RequestState.AwaitingApproval)
            {
                // Nobody has verified these, and the plan was made without them.
                open.Move(RequestState.IdentityPending, actor, now, "a duplicate brought further claims");
                open.WaitingCode = "claims_added";
            }
            else
            {
                open.Note("claims_added", actor, now, "a duplicate brought further claims");
            }
        }

        await requests.RecordAsync(
            db,
            duplicate,
            actor,
            "merged",
            new LedgerDetails { { "into", open.Id.ToString() }, { "claims_added", added.Length } },
            cancellationToken
        );
    }

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,39}$", RegexOptions.None, 1000)]
    private static partial Regex Label { get; }
}

using System.Globalization;
using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Extend;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Policies.Warehouse;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Get;

/// <summary>Makes views of requests.</summary>
internal sealed class SubjectRequestViews(LegalClock clock, TimeProvider time, IOptions<SubjectRequestOptions> options)
{
    private readonly string _legalRule =
        "One calendar month from receipt (GDPR Art. 12(3)); where the month has no such day, its last day; where offices in "
        + $"{clock.Region} are shut, the next working day. Days are those of {clock.Zone}. Three months in all where the person "
        + "was told why inside the first.";

    /// <summary>A request as people read it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="inventory">What the warehouse keeps of deleted rows, where that is known.</param>
    public SubjectRequestView Of(SubjectRequest request, PhysicalInventory? inventory) =>
        new(
            request.Id,
            request.Type,
            request.Subject,
            request.State.Name(),
            request.Channel,
            request.ReceivedAt,
            request.SubmittedAt,
            request.ClaimDomains,
            request.DuplicateOf is { } other ? SubjectRequestAddresses.Of(other) : null,
            request.BatchId,
            Waiting(request),
            Pause(request),
            Clocks(request, inventory),
            Plan(request),
            [.. request.Items.Select(Item)],
            [.. request.Holds.Select(Hold)],
            request.ExecutingSince is null || !IsErasure(request)
                ? null
                : new ErasedView(request.Suppressions, request.VaultRowsDestroyed),
            [
                .. request.History.Select(line => new HistoryView(
                    line.At,
                    line.Actor,
                    line.Act,
                    line.From.Name(),
                    line.To.Name(),
                    line.Why
                )),
            ],
            Next(request),
            ErasedAt(request) is null ? null : $"{SubjectRequestAddresses.Of(request.Id)}/receipt",
            request.Demand is { } demand
                ? new DemandView(demand.Purposes, demand.RefusedPurposes, demand.EncryptTo)
                : null,
            Export(request),
            request.Limit is { } limit
                ? new LimitView(
                    limit.Purposes,
                    limit.Since,
                    limit.Views,
                    limit.ShownBefore,
                    limit.LiftedAt,
                    limit.LiftedBy,
                    limit.LiftReason
                )
                : null
        );

    private ClocksView Clocks(SubjectRequest request, PhysicalInventory? inventory)
    {
        if (!IsErasure(request))
        {
            return new ClocksView(Legal(request), [], null, null, []);
        }

        var places = PhysicalClock.Of(
            options.Value,
            inventory,
            [.. request.Items.Where(item => item.IsErased).Select(item => item.Dataset)],
            request.ExecutingSince,
            ErasedAt(request)
        );
        return new ClocksView(
            Legal(request),
            places,
            ErasedAt(request),
            ErasedAt(request) is null ? null : places.Max(place => place.GoneAt),
            [.. places.Where(place => place.GoneAt is null).Select(place => place.What)]
        );
    }

    private ExportView? Export(SubjectRequest request) =>
        request.Export is { } export
            ? new ExportView(
                export.IsAvailable(time.GetUtcNow()) ? $"{SubjectRequestAddresses.Of(request.Id)}/export" : null,
                export.Bytes,
                export.Sha256,
                export.Rows,
                export.WrittenAt,
                export.ExpiresAt,
                export.DestroyedAt,
                export.Downloads
            )
            : null;

    private static bool IsErasure(SubjectRequest request) => request.Type == RequestTypes.Erasure;

    /// <summary>The legal clock of a request.</summary>
    public LegalClockView Legal(SubjectRequest request)
    {
        var isExtended = request.ExtendedAt is not null;
        int? daysLeft = request.EndedAt is null
            ? clock.DaysLeft(request.ReceivedAt, time.GetUtcNow(), isExtended)
            : null;
        return new(
            clock.ReceivedOn(request.ReceivedAt).ToDateOnly(),
            clock.DueOn(request.ReceivedAt, isExtended).ToDateOnly(),
            clock.DueOn(request.ReceivedAt).ToDateOnly(),
            request.ExtendedAt is { } extendedAt
                ? new ExtensionView(
                    clock.ExtendedDueOn(request.ReceivedAt).ToDateOnly(),
                    extendedAt,
                    request.ExtensionReason!
                )
                : null,
            daysLeft is { } days ? DueStates.Of(days, options.Value.DueSoonDays) : null,
            daysLeft,
            request.EndedAt,
            request.EndedAt is { } ended ? clock.IsInTime(request.ReceivedAt, ended, isExtended) : null,
            _legalRule
        );
    }

    private string[] Next(SubjectRequest request) =>
        [
            .. RequestActs.PossibleIn(request.State).Select(act => act.Name()),
            .. request.State is RequestState.AwaitingApproval && request.Unreached.Count > 0
                ? ["waive"]
                : Array.Empty<string>(),
            .. request.State.IsFinal() || !IsErasure(request) ? Array.Empty<string>() : ["hold"],
            .. request.Holds.Exists(hold => hold.ReleasedAt is null) ? ["release"] : Array.Empty<string>(),
            .. RequestTypes.IsExport(request.Type) && request.State.IsBeforeApproval()
                ? ["encrypt-to"]
                : Array.Empty<string>(),
            .. request is { Limit.LiftedAt: null } && request.State.IsFinal() ? ["lift"] : Array.Empty<string>(),
            .. ExtensionRule.Refusal(request, clock, time.GetUtcNow()) is null ? ["extend"] : Array.Empty<string>(),
        ];

    private static WaitingView? Waiting(SubjectRequest request) =>
        request.WaitingCode switch
        {
            null => null,
            _ when request.State is not RequestState.IdentityPending => null,
            "claims_added" => new WaitingView(
                "claims_added",
                null,
                "A duplicate brought further claims, which nobody has verified.",
                "Verify the request again."
            ),
            var code => SubjectRequestFailures.AskAgain(code, request.WaitingCount) is var failure
                ? new WaitingView(code, request.WaitingCount, failure.Detail, failure.Next)
                : null,
        };

    private static PauseView? Pause(SubjectRequest request)
    {
        if (!request.State.IsForWorker() || (request.NextAttemptAt is null && !request.IsHeld))
        {
            return null;
        }

        var waiting = request.Items.Where(item =>
            item.Verdict is ItemVerdict.BlockedUntil or ItemVerdict.FailedRetryable
        );
        return new PauseView(
            request.Items.Exists(item => item.Verdict is ItemVerdict.BlockedUntil)
            && !request.Items.Exists(item => item.Verdict is ItemVerdict.FailedRetryable)
                ? "blocked_until"
                : "retry",
            request.NextAttemptAt,
            [.. waiting.Select(item => item.Code).OfType<string>().Distinct(StringComparer.Ordinal)]
        );
    }

    // Vault rows are gone, and the backups' time runs, only once an erasure has ended.
    private static DateTimeOffset? ErasedAt(SubjectRequest request) =>
        request.State is RequestState.Completed or RequestState.CompletedWithRetention or RequestState.PartiallyFailed
            ? request.EndedAt
            : null;

    private static PlanView? Plan(SubjectRequest request) =>
        request.PlanHash is { } hash
            ? new PlanView(
                hash,
                request.PlannedAt!.Value,
                request.ApprovedAt,
                request.Unreached,
                request
                    .Identifiers.Select(text => text.Split('='))
                    .ToDictionary(
                        pair => pair[0],
                        pair => int.Parse(pair[1], CultureInfo.InvariantCulture),
                        StringComparer.Ordinal
                    )
            )
            : null;

    private static ItemView Item(RequestItem item) =>
        new(
            item.Dataset,
            item.ContractId,
            item.Action.Name(),
            item.Columns,
            item.Ground,
            item.Period,
            item.EstimatedRows,
            item.EstimatedBytes,
            item.WaivedBy,
            item.Verdict.Name(),
            item.Code,
            item.Matched is null && item.MatchedAfter is null
                ? null
                : new CountsView(
                    item.RowsBefore,
                    item.Matched,
                    item.BatchMatched == item.Matched ? null : item.BatchMatched,
                    item.IsErased ? item.Erased : null,
                    item.RowsAfter,
                    item.MatchedAfter,
                    item.ControlUnchanged,
                    item.ViewsCounted
                ),
            item.HashBefore is null ? null : new HashesView(item.HashBefore, item.HashAfter)
        );

    private static HoldView Hold(LegalHold hold) =>
        new(
            hold.Id,
            hold.Datasets,
            hold.Reason,
            hold.Until,
            hold.PlacedAt,
            hold.PlacedBy,
            hold.TooLateFor,
            hold.ReleasedAt,
            hold.ReleasedBy,
            hold.ReleaseReason
        );
}

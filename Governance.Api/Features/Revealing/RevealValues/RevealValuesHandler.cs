using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Masking.Contracts;
using Governance.Masking.Revealing;
using Governance.Policies.Decisions;
using MediatR;

namespace Governance.Api.Features.Revealing.RevealValues;

internal sealed class RevealValuesHandler(
    IContractCatalogSource contracts,
    IRevealGrants grants,
    IPolicyDecisionPoint policies,
    IRevealLimits limits,
    RevealLimiter limiter,
    Reveal reveal,
    RevealLedger ledger,
    TimeProvider time
) : IRequestHandler<RevealValuesCommand, Result<RevealedValues>>
{
    // As short as can be asked: what is decided is this moment.
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);

    public async Task<Result<RevealedValues>> Handle(RevealValuesCommand command, CancellationToken cancellationToken)
    {
        var attempt = new RevealAttempt(
            Guid.CreateVersion7(time.GetUtcNow()),
            command.Actor,
            command.Body.Values.Count
        );
        Result<RevealedValues> answer;
        try
        {
            answer = await RevealAsync(attempt, command.Body, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await ledger.RefusedAsync(attempt, "failed");
            throw;
        }

        if (answer.Failure is { } failure)
        {
            await ledger.RefusedAsync(attempt, failure.Code);
        }

        return answer;
    }

    private async Task<Result<RevealedValues>> RevealAsync(
        RevealAttempt attempt,
        RevealValuesBody body,
        CancellationToken cancellationToken
    )
    {
        attempt.Because(body.Reason);

        // First of all, so that trying what is not granted is slow too.
        if (limiter.Take(attempt.Actor.Id, attempt.Asked) is { } wait)
        {
            return RevealFailures.TooFast(wait);
        }

        if (contracts.Current.FindDataset(body.Dataset) is not { } dataset || Top(dataset, body.Column) is not { } top)
        {
            return RevealFailures.UnknownColumn;
        }

        attempt.Names(dataset.Name, body.Column);
        if (await GrantAsync(attempt.Actor, dataset, top, body.Purpose, cancellationToken) is not { } grant)
        {
            return attempt.Actor.Explain(RevealFailures.NotGranted);
        }

        attempt.By(grant);
        var (refusal, policy) = await AskAsync(attempt.Actor, dataset, top, body.Column, grant, cancellationToken);
        attempt.Decided(policy);
        return refusal is not null
            ? refusal
            : await OpenAsync(attempt, body, dataset, grant, policy, cancellationToken);
    }

    private async Task<RevealGrant?> GrantAsync(
        Actor actor,
        Dataset dataset,
        Column top,
        string purpose,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        // The owner's word first, the longest first: which one it was stands in the ledger.
        return (await grants.ReadAsync(actor, dataset.Name, cancellationToken))
            .Where(grant =>
                grant.Until > now
                && string.Equals(grant.Purpose, purpose, StringComparison.Ordinal)
                && grant.Columns.Contains(top.Name, StringComparer.Ordinal)
            )
            .OrderBy(grant => grant.IsBreakGlass)
            .ThenByDescending(grant => grant.ApprovedByOwner)
            .ThenByDescending(grant => grant.Until)
            .FirstOrDefault();
    }

    private async Task<(Failure? Refusal, PolicyStamp Policy)> AskAsync(
        Actor actor,
        Dataset dataset,
        Column top,
        string path,
        RevealGrant grant,
        CancellationToken cancellationToken
    )
    {
        var decision = await policies.DecideAccessAsync(
            new AccessQuestion(PolicySubjects.Of(actor), dataset, grant.Purpose, [top.Name], s_moment)
            {
                IsBreakGlass = grant.IsBreakGlass,
            },
            cancellationToken
        );
        var column = decision.Columns.FirstOrDefault(column =>
            string.Equals(column.Name, top.Name, StringComparison.Ordinal)
        );
        Failure? refusal = decision switch
        {
            { Outcome: AccessOutcome.Deny } => actor.Explain(RevealFailures.Denied(decision)),
            { Outcome: AccessOutcome.AskOwner } when !grant.ApprovedByOwner => RevealFailures.OwnerNotAsked,
            _ when decision.Obligations.Any(obligation => obligation is not "ledger") =>
                RevealFailures.ObligationUnknown,
            _ when column?.Revealable.Contains(path, StringComparer.Ordinal) is not true =>
                RevealFailures.NotRevealable(column),
            _ => null,
        };
        return (refusal, decision.Policy);
    }

    private async Task<Result<RevealedValues>> OpenAsync(
        RevealAttempt attempt,
        RevealValuesBody body,
        Dataset dataset,
        RevealGrant grant,
        PolicyStamp policy,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<RevealedValue> opened;
        MaskedValue[] values =
        [
            .. body.Values.Select(
                (value, at) => new MaskedValue(value, body.Subjects is { } subjects ? Guid.Parse(subjects[at]) : null)
            ),
        ];
        try
        {
            opened = await reveal.RevealAsync(
                new RevealRequest(dataset.Name, body.Column, values, grant.Purpose, attempt.Actor.Id, body.KeyId)
                {
                    Grounds = attempt.GroundsOfValues(),
                    Limited = await limits.AmongAsync(
                        dataset,
                        grant.Purpose,
                        [.. values.SelectMany(SurrogatesOf).Distinct()],
                        cancellationToken
                    ),
                },
                cancellationToken
            );
        }
        catch (RevealException exception)
        {
            return RevealFailures.Of(exception);
        }

        return new RevealedValues
        {
            Id = attempt.Id,
            Dataset = dataset.Name,
            Column = body.Column,
            Purpose = grant.Purpose,
            PolicyVersion = policy.Version,
            Revealed = opened.Count(value => value.Fault is null),
            Values = [.. opened.Select(value => new RevealedItem { State = StateOf(value), Value = value.Plain })],
        };
    }

    /// <summary>The top-level column that a path lies in; <see langword="null"/> where the contract has no such path.</summary>
    private static Column? Top(Dataset dataset, string path) =>
        dataset.AllColumns().Any(column => string.Equals(column.Path, path, StringComparison.Ordinal))
            ? dataset.Columns.FirstOrDefault(top =>
                path.StartsWith(top.Path, StringComparison.Ordinal)
                && (path.Length == top.Path.Length || path[top.Path.Length] is '.' or '[')
            )
            : null;

    // The value itself, where it is one, and whose key it is sealed under.
    private static IEnumerable<Guid> SurrogatesOf(MaskedValue value)
    {
        if (Guid.TryParse(value.Text, out var surrogate))
        {
            yield return surrogate;
        }

        if (value.Subject is { } subject)
        {
            yield return subject;
        }
    }

    private static RevealedState StateOf(RevealedValue value) =>
        value.Fault switch
        {
            null => RevealedState.Revealed,
            RevealFaults.UnknownSurrogate => RevealedState.Erased,
            RevealFaults.Limited => RevealedState.Limited,
            RevealFaults.MissingSubject => RevealedState.SubjectMissing,
            _ => RevealedState.NotGenuine,
        };
}

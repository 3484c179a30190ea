using System.Globalization;
using Governance.Api.Http;
using Governance.Masking.Revealing;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Revealing.RevealValues;

/// <summary>Why nothing is revealed. None of them repeats what was sent.</summary>
internal static class RevealFailures
{
    public static Failure UnknownColumn { get; } =
        Failure.NotFound(
            "unknown_column",
            "No contract in force has this dataset with this column.",
            "GET /datasets/{name} lists the columns by their paths, such as name.given."
        );

    public static Failure NotGranted { get; } =
        Failure.Forbidden(
            "not_granted",
            "No grant of yours that is in force shows this column for this purpose.",
            "Ask for it by POST /access-requests; GET /grants shows the state of what you asked for."
        );

    public static Failure ObligationUnknown { get; } =
        Failure.Forbidden(
            "obligation_unknown",
            "The policies let it be seen under a condition that a reveal cannot meet.",
            "Whoever keeps the policies knows which: a reveal meets the obligation ledger alone."
        );

    public static Failure OwnerNotAsked { get; } =
        Failure.Forbidden(
            "owner_not_asked",
            "The policies in force want the owner's word, and your grant does not have it.",
            "Ask anew by POST /access-requests; the owner is asked then."
        );

    public static Failure TooFast(TimeSpan wait) =>
        new Failure(
            FailureKind.TooMany,
            "too_many_values",
            "You asked for as many values as one person may for now.",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Try again in {Math.Ceiling(wait.TotalSeconds)} seconds, or ask for fewer values at once."
            ),
            []
        )
        {
            RetryAfter = wait,
        };

    public static Failure Denied(AccessDecision decision) =>
        decision.Reasons is [{ Code: var code } first, ..] && IsForWantOfAnAnswer(code)
            ? Failure.Forbidden(
                "policy_unavailable",
                "The policies gave no answer, so nothing is revealed.",
                $"Try again later ({first.Code}). /health/ready says of the part policy what is wrong."
            )
            : Failure.Forbidden(
                "policy_denied",
                string.Join(' ', decision.Reasons.Select(reason => reason.Text)),
                "The policies in force say so, whatever was granted before: ask anew, or ask whoever keeps them."
            );

    public static Failure NotRevealable(ColumnDecision? column) =>
        Failure.Forbidden(
            "not_revealable",
            column is { Showing: ColumnShowing.Hidden, Reason.Length: > 0 }
                ? $"The policies let no plain value of this column be seen for this purpose. {column.Reason}"
                : "The policies let no plain value of this column be seen for this purpose.",
            "Work with the masked value: it is the same wherever the person occurs. Or ask for another purpose by POST /access-requests."
        );

    public static Failure Of(RevealException exception) =>
        exception.Code is RevealFaults.UnknownDataset or RevealFaults.UnknownColumn
            ? UnknownColumn
            : Failure.Invalid(exception.Code, exception.Message, "Change the call as it says.");

    private static bool IsForWantOfAnAnswer(string code) =>
        code
            is DecisionReason.Undefined
                or DecisionReason.Failed
                or DecisionReason.TooCostly
                or DecisionReason.Unavailable;
}

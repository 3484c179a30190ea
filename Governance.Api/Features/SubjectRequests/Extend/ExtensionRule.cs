using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;

namespace Governance.Api.Features.SubjectRequests.Extend;

/// <summary>When a request may still be extended.</summary>
internal static class ExtensionRule
{
    /// <summary>Why it may not; <see langword="null"/> where it may.</summary>
    public static Failure? Refusal(SubjectRequest request, LegalClock clock, DateTimeOffset now)
    {
        if (request.EndedAt is not null || request.State.IsFinal())
        {
            return Failure.Conflict(
                "not_possible_now",
                $"'extend' is not possible while the request is '{request.State.Name()}'. It is final: its clock has stopped.",
                "Read the request for how it stands."
            );
        }

        if (request.ExtendedAt is not null)
        {
            return Failure.Conflict(
                "already_extended",
                $"The request was extended before; it is due on {LegalClock.Text(clock.ExtendedDueOn(request.ReceivedAt))}. The law knows one extension.",
                "Answer the person by then."
            );
        }

        return clock.ReceivedOn(now) > clock.DueOn(request.ReceivedAt)
            ? Failure.Conflict(
                "first_month_over",
                $"The first month ended on {LegalClock.Text(clock.DueOn(request.ReceivedAt))}; an extension, and its reasons to the person, had to come inside it (GDPR Art. 12(3)).",
                "Answer the person now, and tell them of the delay; the request stays on the list of what is late."
            )
            : null;
    }
}

using Governance.Api.Features.Access.Requests;

namespace Governance.Api.Features.Access.Ask;

/// <summary>
/// Tells whoever watches the service that the glass was broken: one log entry of the highest level, with a stable event name, which operators
/// route to people. The ledger has it besides, and the request stays open until its review.
/// </summary>
internal sealed partial class BreakGlassAlarm(ILogger<BreakGlassAlarm> logger)
{
    public void Raise(AccessRequest request) =>
        LogBroken(request.Requester, request.Dataset, request.OwnerTeam, request.Id);

    [LoggerMessage(
        EventName = "BreakGlass",
        Level = LogLevel.Critical,
        Message = "The glass was broken: {Person} reads {Dataset} of {Team}, by request {RequestId}. Its owner or the data protection officer reviews it: POST /access-requests/{RequestId}/approve or /deny."
    )]
    private partial void LogBroken(string person, string dataset, string team, Guid requestId);
}

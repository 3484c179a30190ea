using Governance.Api.Http;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Query.RunQuery;

/// <summary>Runs a query.</summary>
internal sealed class RunQueryCommand(RunQueryBody body, Actor actor) : IRequest<Result<RunningQuery>>
{
    public RunQueryBody Body { get; } = body;

    public Actor Actor { get; } = actor;
}

using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Keys.RetireKey;

internal sealed record RetireKey(string ActorId, uint KeyId, bool Force) : IRequest<Result<KeyAnswer>>;

internal sealed class RetireKeyHandler(KeyActs acts) : IRequestHandler<RetireKey, Result<KeyAnswer>>
{
    public async Task<Result<KeyAnswer>> Handle(RetireKey request, CancellationToken cancellationToken) =>
        KeyAnswer.Of(await acts.RetireAsync(request.ActorId, request.KeyId, request.Force, cancellationToken));
}

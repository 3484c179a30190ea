using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Keys.PromoteKey;

internal sealed record PromoteKey(string ActorId, uint KeyId, bool Force) : IRequest<Result<KeyAnswer>>;

internal sealed class PromoteKeyHandler(KeyActs acts) : IRequestHandler<PromoteKey, Result<KeyAnswer>>
{
    public async Task<Result<KeyAnswer>> Handle(PromoteKey request, CancellationToken cancellationToken) =>
        KeyAnswer.Of(await acts.PromoteAsync(request.ActorId, request.KeyId, request.Force, cancellationToken));
}

using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Keys.AddKey;

internal sealed record AddKey(string ActorId) : IRequest<Result<KeyAnswer>>;

internal sealed class AddKeyHandler(KeyActs acts) : IRequestHandler<AddKey, Result<KeyAnswer>>
{
    public async Task<Result<KeyAnswer>> Handle(AddKey request, CancellationToken cancellationToken) =>
        KeyAnswer.Of(await acts.AddAsync(request.ActorId, cancellationToken));
}

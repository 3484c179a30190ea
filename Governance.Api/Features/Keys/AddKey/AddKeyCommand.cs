using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Keys.AddKey;

internal sealed record AddKeyCommand(string ActorId) : IRequest<Result<KeyAnswer>>;

internal sealed class AddKeyHandler(KeyActs acts) : IRequestHandler<AddKeyCommand, Result<KeyAnswer>>
{
    public async Task<Result<KeyAnswer>> Handle(AddKeyCommand request, CancellationToken cancellationToken) =>
        KeyAnswer.Of(await acts.AddAsync(request.ActorId, cancellationToken));
}

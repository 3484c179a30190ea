using Governance.Api.Http;
using Governance.Masking.Keys;
using MediatR;

namespace Governance.Api.Features.Keys.ListKeys;

internal sealed record ListKeysQuery : IRequest<Result<KeyList>>;

/// <summary>The keyset, without the keys.</summary>
/// <param name="PrimaryKeyId">The key that writes.</param>
/// <param name="Keys">All keys, in the order they were added.</param>
internal sealed record KeyList(uint PrimaryKeyId, IReadOnlyList<KeyAnswer> Keys);

internal sealed class ListKeysHandler(KeyRotation rotation) : IRequestHandler<ListKeysQuery, Result<KeyList>>
{
    public async Task<Result<KeyList>> Handle(ListKeysQuery request, CancellationToken cancellationToken)
    {
        var keys = await rotation.ListAsync(cancellationToken);
        return new KeyList(
            keys.Single(key => key.State == KeyState.Primary).Id,
            [.. keys.Select(key => KeyAnswer.Of(key))]
        );
    }
}

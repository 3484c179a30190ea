using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Http;
using Governance.Api.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Ledger.VerifyLedger;

/// <summary>Walks the whole chain.</summary>
internal sealed record VerifyLedgerQuery : IRequest<Result<ChainState>>;

/// <summary>The chain's state.</summary>
/// <param name="Intact">Whether every entry fits.</param>
/// <param name="Length">How many entries fit, from the first on.</param>
/// <param name="Head">The hash of the last of them.</param>
/// <param name="FirstBroken">The first sequence that does not fit, or <see langword="null"/>.</param>
/// <param name="Reason">Why it does not.</param>
internal sealed record ChainState(bool Intact, long Length, string Head, long? FirstBroken, string? Reason);

internal sealed class VerifyLedgerHandler(IStateStore store) : IRequestHandler<VerifyLedgerQuery, Result<ChainState>>
{
    public async Task<Result<ChainState>> Handle(VerifyLedgerQuery request, CancellationToken cancellationToken)
    {
        var check = new ChainCheck();
        await store.ReadAsync(db => check.WalkAsync(db, cancellationToken), cancellationToken);
        return new ChainState(
            check.FirstBreak is null,
            check.Length,
            check.HeadHash,
            check.FirstBreak?.Sequence,
            check.FirstBreak?.Reason
        );
    }
}

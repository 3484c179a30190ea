using Governance.Api.Features.SubjectRequests;
using Governance.Api.Storage;

namespace Governance.Api.Features.Recipients.Erasures;

/// <summary>Tells the recipients of an erasure, in the transaction that completes it.</summary>
internal sealed class ErasureNotices(IRecipientNotices notices) : IErasureAftermath
{
    public Task BeforeDestructionAsync(ErasedPerson erased, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task CompletingAsync(StateDbContext db, ErasedPerson erased, CancellationToken cancellationToken)
    {
        // Of whom nothing was known, nobody was told anything.
        if (erased.Owned.Count > 0)
        {
            await notices.AddAsync(
                db,
                new RecipientNotice(
                    erased.RequestId,
                    "erased",
                    erased.Type,
                    erased.Subject,
                    erased.State!,
                    erased.Owned
                ),
                cancellationToken
            );
        }
    }
}

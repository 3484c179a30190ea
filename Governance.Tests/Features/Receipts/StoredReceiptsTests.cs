using Governance.Api.Features.Ledger.Chain;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Governance.Tests.Features.Receipts;

public sealed class StoredReceiptsTests
{
    [Fact]
    public async Task IssueAsync_Again_GivesTheSameReceipt()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();

        var first = await fixture.IssueAsync("r-1");

        (await fixture.IssueAsync("r-1")).Should().Be(first);
        (await fixture.Receipts.FindAsync("r-1", CancellationToken.None)).Should().Be(first);
        (await fixture.Receipts.FindAsync("r-2", CancellationToken.None)).Should().BeNull();
    }

    [Fact]
    public async Task IssueAsync_New_StandsInTheLedgerBehindTheCompletion()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();

        await fixture.IssueAsync("r-1");

        var entries = await fixture.State.Store.ReadAsync(
            db => db.Set<LedgerEntry>().OrderBy(entry => entry.Sequence).ToListAsync(),
            CancellationToken.None
        );
        entries.Should().HaveCount(3);
        entries[1].Payload.Should().Contain("subject-request.completed");
        entries[2].Payload.Should().Contain("receipt.issued").And.Contain("sha256");
    }
}

using System.Text.Json;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Receipts.ReadKeys;
using Governance.Api.Features.Receipts.Signing;
using Governance.Masking.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Support;

/// <summary>A state with a ledger, and what signs receipts over it.</summary>
internal sealed class ReceiptFixture : IAsyncDisposable
{
    private ReceiptFixture(StateFixture state)
    {
        State = state;
        Time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        Ledger = new HashChainedLedger(state.Store, Time);
        Keys = NewKeys();
        Receipts = new StoredReceipts(state.Store, new ReceiptSigner(Keys), Ledger, Time);
    }

    public StateFixture State { get; }

    public FakeTimeProvider Time { get; }

    public HashChainedLedger Ledger { get; }

    public ReceiptKeys Keys { get; }

    public StoredReceipts Receipts { get; }

    public string KeyFile => Path.Combine(State.Folder, ReceiptKeys.FileName);

    public string Jwks =>
        JsonSerializer.Serialize(new KeySet([.. Keys.Public.Select(PublicKey.Of)]), JsonSerializerOptions.Web);

    public static async Task<ReceiptFixture> CreateAsync()
    {
        var fixture = new ReceiptFixture(await StateFixture.CreateAsync());
        await fixture.Keys.LoadAsync(CancellationToken.None);
        await fixture.Ledger.OpenAsync(CancellationToken.None);
        return fixture;
    }

    public ReceiptKeys NewKeys() =>
        new(() => KeyFile, LocalKeyFile.LoadOrCreate(Path.Combine(State.Folder, "kek.json")), Time);

    /// <summary>Completes a request and issues its receipt, as the erasure does.</summary>
    public Task<string> IssueAsync(string requestId) =>
        State.Store.WriteAsync(
            async db =>
            {
                var anchor = await Ledger.AppendAsync(
                    db,
                    new LedgerFact(
                        "system:erasure",
                        "subject-request.completed",
                        $"subject-request/{requestId}",
                        LedgerDetails.None
                    ),
                    CancellationToken.None
                );
                return await Receipts.IssueAsync(db, Facts(requestId), anchor, CancellationToken.None);
            },
            CancellationToken.None
        );

    public async ValueTask DisposeAsync()
    {
        Keys.Dispose();
        await State.DisposeAsync();
    }

    private static ReceiptFacts Facts(string requestId) =>
        new(
            requestId,
            "erasure",
            "completed_with_retention",
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            "0a1b",
            [
                new ReceiptItem("customers", "erased_verified", null, 100, 1, 1, 99, 0, ControlsUnchanged: true),
                new ReceiptItem("payments", "retained", "tax_law", null, 12, 0, null, 12, ControlsUnchanged: null),
            ],
            Suppressions: 4,
            VaultRowsDestroyed: 3
        );
}

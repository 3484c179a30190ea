using Governance.Masking.Revealing;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Ledger;

/// <summary>Who saw plain values, and what for, stands in the ledger.</summary>
public sealed class LedgerRevealAuditTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    [Fact]
    public async Task RevealAsync_InTheService_IsWrittenToTheLedger()
    {
        var reveal = host.Services.GetRequiredService<Reveal>();
        var surrogate = new MaskedValue(Guid.Empty.ToString());

        var revealed = await reveal.RevealAsync(
            new RevealRequest("customers", "email", [surrogate], "support.ticket-4711", "officer-1"),
            TestContext.Current.CancellationToken
        );

        revealed.Should().Equal(new RevealedValue(null, RevealFaults.UnknownSurrogate));
        using var client = await host.ClientFor("auditor");
        var ledger = await client.GetStringAsync("ledger", TestContext.Current.CancellationToken);
        ledger
            .Should()
            .Contain("value.withheld")
            .And.Contain("officer-1")
            .And.Contain("dataset/customers")
            .And.Contain("support.ticket-4711")
            .And.Contain(RevealFactValue.Of("customers", "email", surrogate.Text))
            .And.NotContain(surrogate.Text);
    }
}

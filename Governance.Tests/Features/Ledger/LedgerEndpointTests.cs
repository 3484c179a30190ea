using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Api.Features.Ledger;
using Governance.Tests.Commands;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Ledger;

public sealed class LedgerEndpointTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    [Fact]
    public async Task Ledger_PageByPage_GivesEveryEntryInOrder()
    {
        await AppendAsync(5);
        using var auditor = await host.ClientFor("auditor");

        var sequences = new List<long>();
        long? after = 0;
        while (after is not null)
        {
            var page = await auditor.GetFromJsonAsync<JsonElement>($"ledger?after={after}&limit=2");
            sequences.AddRange(
                page.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64())
            );
            after =
                page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : page.GetProperty("next").GetInt64();
        }

        sequences.Should().HaveCountGreaterThan(5).And.Equal(Enumerable.Range(1, sequences.Count).Select(n => (long)n));
    }

    [Fact]
    public async Task Verify_WholeChain_IsIntact()
    {
        await AppendAsync(1);
        using var dpo = await host.ClientFor("dpo");

        var state = await dpo.GetFromJsonAsync<JsonElement>("ledger/verify");

        state.GetProperty("intact").GetBoolean().Should().BeTrue();
        state.GetProperty("firstBroken").ValueKind.Should().Be(JsonValueKind.Null);
        state.GetProperty("length").GetInt64().Should().BePositive();
        state.GetProperty("head").GetString().Should().MatchRegex("^[0-9a-f]{64}$");
    }

    [Fact]
    public async Task Export_ByTheCommand_Verifies()
    {
        await AppendAsync(1);
        using var auditor = await host.ClientFor("auditor");
        auditor.DefaultRequestHeaders.Accept.ParseAdd("application/x-ndjson");
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, await auditor.GetByteArrayAsync("ledger"));

        var run = await CommandRun.OfAsync("verify-ledger", "--file", file);

        run.Status.Should().Be(0, run.Out);
        File.Delete(file);
    }

    [Fact]
    public async Task Data_ByTheCommandWhileServing_Verifies()
    {
        var run = await CommandRun.OfAsync("verify-ledger", "--data", host.DataDirectory);

        run.Status.Should().Be(0, run.Out + run.Error);
    }

    [Theory]
    [InlineData("ledger?limit=0")]
    [InlineData("ledger?limit=100000")]
    [InlineData("ledger?after=-1")]
    [InlineData("ledger?after=x")]
    public async Task Ledger_WrongPaging_IsRefused(string address)
    {
        using var auditor = await host.ClientFor("auditor");

        (await auditor.GetAsync(new Uri(address, UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("ledger", "analyst", HttpStatusCode.Forbidden)]
    [InlineData("ledger/verify", "owner", HttpStatusCode.Forbidden)]
    [InlineData("ledger", "dpo", HttpStatusCode.OK)]
    public async Task Ledger_ByRole_AnswersOrRefuses(string address, string person, HttpStatusCode status)
    {
        using var client = await host.ClientFor(person);

        (await client.GetAsync(new Uri(address, UriKind.Relative))).StatusCode.Should().Be(status);
    }

    [Fact]
    public async Task Keys_Anonymous_AreThoseOfReceiptsAndPublicOnly()
    {
        var set = await host.Client.GetFromJsonAsync<JsonElement>(".well-known/jwks.json");

        var key = set.GetProperty("keys")[0];
        key.GetProperty("alg").GetString().Should().Be("ES256");
        key.TryGetProperty("d", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Ready_NamesTheState()
    {
        var ready = await host.Client.GetAsync(new Uri("health/ready", UriKind.Relative));
        var parts = (await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("parts");

        parts
            .EnumerateArray()
            .Should()
            .Contain(part =>
                part.GetProperty("name").GetString() == "state" && part.GetProperty("state").GetString() == "up"
            );
    }

    private async Task AppendAsync(int count)
    {
        var ledger = host.Services.GetRequiredService<ILedger>();
        for (var n = 0; n < count; n++)
        {
            var fact = new LedgerFact("test", "test.done", "test", new LedgerDetails { { "n", n } });
            await ledger.AppendAsync(fact, CancellationToken.None);
        }
    }
}

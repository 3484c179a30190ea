using Governance.Tests.Support;

namespace Governance.Tests.Commands;

public sealed class HealthCommandTests
{
    [Fact]
    public async Task Health_OfAServiceThatIsReady_IsSuccessAndNamesTheParts()
    {
        await using var host = await SandboxHost.StartAsync(["--Governance:Sandbox:Generator:Enabled=false"]);

        var run = await CommandRun.OfAsync("health", "--url", host.Address.ToString());

        run.Status.Should().Be(0, run.Out + run.Error);
        run.Out.Should().StartWith("ready").And.MatchRegex("(?m)^  broker +up").And.MatchRegex("(?m)^  vault +up");
    }

    [Fact]
    public async Task Health_WhereNobodyListens_IsAFinding()
    {
        var run = await CommandRun.OfAsync("health", "--url", "http://127.0.0.1:1");

        run.Status.Should().Be(1);
        run.Out.Should().StartWith("no answer from http://127.0.0.1:1");
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("ftp://127.0.0.1/")]
    public async Task Health_OfNoAddress_IsAMisuse(string url) =>
        (await CommandRun.OfAsync("health", "--url", url)).Status.Should().Be(2);
}

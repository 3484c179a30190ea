using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd;

/// <summary>The walk of the README, as a stranger would do it: a sandbox, then a script with curl and jq alone.</summary>
public sealed class WalkTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Walk_ThroughARunningSandbox_EndsWithAnErasedPersonAndAProof()
    {
        using var folder = new TemporaryFolder();
        await using var service = Start(folder);
        var address = await service.AddressAsync();
        var program = Path.Combine(AppContext.BaseDirectory, "Governance.Api.dll");

        var walk = await Tool.RunAsync(
            "bash",
            [Repository.PathOf("ops", "demo", "walk.sh"), address.ToString().TrimEnd('/')],
            environment: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["GOVERNANCE"] = $"{ServiceProcess.DotNet} {program}",
            }
        );

        output.WriteLine(walk.Output);
        walk.ExitCode.Should().Be(0, "it wrote: {0} {1} and the service: {2}", walk.Output, walk.Error, service.Output);
        walk.Error.Should().BeEmpty();
        walk.Output.Should()
            .Contain("""{"country":"ENGLAND","addresses":""")
            .And.NotContain("""{"country":"SCOTLAND""");
        walk.Output.Should().Contain("  revoked");
        walk.Output.Should().Contain("state: completed");
        walk.Output.Should().Contain("erased_verified");
        walk.Output.Should().Contain("nothing_found");
        walk.Output.Should().Contain("dropped by the interceptor");
        walk.Output.Should().Contain("entries, unbroken");
        (await service.StopAsync()).Should().Be(0, service.Output);
    }

    [Fact]
    public async Task MaskedTopicWalk_ThroughARunningSandbox_ShowsAMaskedTopicAndItsSchemaTwice()
    {
        using var folder = new TemporaryFolder();
        await using var service = Start(folder);
        var address = (await service.AddressAsync()).ToString().TrimEnd('/');

        var first = await Tool.RunAsync("bash", [Repository.PathOf("ops", "demo", "masked-topic.sh"), address]);
        var again = await Tool.RunAsync("bash", [Repository.PathOf("ops", "demo", "masked-topic.sh"), address]);

        output.WriteLine(first.Output);
        first.Succeeded().Should().Contain("to: [warehouse, topic]");
        first.Output.Should().Contain("\"standing\": \"running\"").And.Contain("marketing_consents.masked-value");
        first.Output.Should().Contain("\"logicalType\": \"uuid\"", "the address is a surrogate");
        first.Output.Should().NotContain("@");
        again.Succeeded().Should().Contain("it does already");
    }

    private static ServiceProcess Start(TemporaryFolder folder)
    {
        Tool.SkipWithout("bash", "bash");
        Tool.SkipWithout("curl", "curl");
        Tool.SkipWithout("jq", "jq");
        return ServiceProcess.Start([
            "--urls=http://127.0.0.1:0",
            $"--Governance:DataDirectory={folder.Path}",
            "--Governance:Sandbox:Generator:Customers=40",
            "--Governance:Sandbox:Generator:HistoryDays=7",
        ]);
    }
}

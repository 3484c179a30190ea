using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Api.Configuration;
using Governance.Policies.Decisions;
using Governance.Policies.Rego;
using Governance.Tests.Decisions;
using Governance.Tests.Opa;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Policies;

public sealed class PoliciesFeatureTests
{
    private const string Token = "bundle-token-0123456789abcdef";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bundle_WithItsToken_HoldsThePoliciesUnderTheirHash()
    {
        await using var host = await SandboxHost.StartAsync([$"--Governance:Policies:BundleToken={Token}"]);
        using var client = host.ClientWith(Token);

        using var response = await client.GetAsync("policies/bundle.tar.gz", Cancellation);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/gzip");
        var stamp = host.Services.GetRequiredService<IPolicySnapshots>().Current!.Stamp;
        response.Headers.ETag!.Tag.Should().Be($"\"{stamp.Hash}\"");
        var files = Unpack(await response.Content.ReadAsByteArrayAsync(Cancellation));
        var manifest = JsonDocument.Parse(files[".manifest"]).RootElement;
        manifest.GetProperty("revision").GetString().Should().Be(stamp.Hash);
        manifest.GetProperty("roots")[0].GetString().Should().BeEmpty();
        files.Keys.Should().Contain(["data.json", "access/access.rego"]).And.NotContain(name => name.Contains("_test"));

        // What it holds decides as the service does.
        var loaded = PolicySnapshot.Load([
            .. files.Where(file => file.Key != ".manifest").Select(file => new PolicyFile(file.Key, file.Value)),
        ]);
        var point = new EmbeddedDecisionPoint(new FixedPolicies(loaded), new EvaluationLimits(), TimeProvider.System);
        (await point.DecideAccessAsync(DemoCatalog.Ask("meters", "settlement"), Cancellation))
            .Outcome.Should()
            .Be(AccessOutcome.Allow);

        using var again = new HttpRequestMessage(HttpMethod.Get, "policies/bundle.tar.gz");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag);
        using var unchanged = await client.SendAsync(again, Cancellation);
        unchanged.StatusCode.Should().Be(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Bundle_WithoutItsToken_IsNotGiven()
    {
        await using var host = await SandboxHost.StartAsync([$"--Governance:Policies:BundleToken={Token}"]);
        using var admin = await host.ClientFor("admin");
        using var wrong = host.ClientWith(Token + "x");

        await (await host.Client.GetAsync("policies/bundle.tar.gz", Cancellation)).ShouldBeProblemAsync(
            HttpStatusCode.Unauthorized,
            "bundle_token_wrong"
        );
        await (await wrong.GetAsync("policies/bundle.tar.gz", Cancellation)).ShouldBeProblemAsync(
            HttpStatusCode.Unauthorized,
            "bundle_token_wrong",
            Token
        );
        await (await admin.GetAsync("policies/bundle.tar.gz", Cancellation)).ShouldBeProblemAsync(
            HttpStatusCode.Unauthorized,
            "bundle_token_wrong"
        );
    }

    [Fact]
    public async Task Bundle_WhereNoTokenIsSet_IsOff()
    {
        await using var host = await SandboxHost.StartAsync();

        await (await host.Client.GetAsync("policies/bundle.tar.gz", Cancellation)).ShouldBeProblemAsync(
            HttpStatusCode.NotFound,
            "bundle_off"
        );
    }

    [Fact]
    public async Task Policies_ChangedWhileItRuns_AreInForceAndFaultyOnesAreNot()
    {
        using var folder = AddedEndpoints.CopyPolicies();
        await using var host = await SandboxHost.StartAsync([
            $"--Governance:Policies:Folder={folder.Path}",
            "--Governance:Policies:ReloadInterval=00:00:00.1",
        ]);
        using var analyst = await host.ClientFor("analyst");
        (await StatusAsync(analyst, "ledger")).Should().Be(HttpStatusCode.Forbidden);
        (await StatusAsync(analyst, "datasets")).Should().Be(HttpStatusCode.OK);

        // The analyst may read the ledger, and the datasets no more.
        var file = folder.File("endpoints/data.json");
        var table = await File.ReadAllTextAsync(file, Cancellation);
        await File.WriteAllTextAsync(
            file,
            table
                .Replace(
                    "\"/ledger\": {\"roles\": [",
                    "\"/ledger\": {\"roles\": [\"analyst\", ",
                    StringComparison.Ordinal
                )
                .Replace(
                    "\"/datasets\": {\"roles\": [\"dpo\", \"analyst\", ",
                    "\"/datasets\": {\"roles\": [\"dpo\", ",
                    StringComparison.Ordinal
                ),
            Cancellation
        );
        await Wait.UntilAsync(
            async () => await StatusAsync(analyst, "ledger") == HttpStatusCode.OK,
            "the change is in force"
        );
        (await StatusAsync(analyst, "datasets")).Should().Be(HttpStatusCode.Forbidden);

        await File.WriteAllTextAsync(
            folder.File("api/api.rego"),
            "package api\nimport rego.v1\nanswer := nonsense\n",
            Cancellation
        );
        await Wait.UntilAsync(
            async () => (await ReadyAsync(host)).Detail.Contains("degraded", StringComparison.Ordinal),
            "it says degraded"
        );
        (await ReadyAsync(host)).State.Should().Be("up");
        (await StatusAsync(analyst, "ledger")).Should().Be(HttpStatusCode.OK, "the version before stays in force");
        host.Logs.Should().Contain(entry => entry.Contains("api/api.rego:3:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Policies_AtFaultAtTheStart_StopItAndSayWhere()
    {
        using var folder = AddedEndpoints.CopyPolicies();
        await File.WriteAllTextAsync(folder.File("rows/rows.rego"), "package rows\nallow if {\n", Cancellation);

        var failure = await Record.ExceptionAsync(() =>
            SandboxHost.StartAsync([$"--Governance:Policies:Folder={folder.Path}"])
        );

        StartupFailure.Describe(failure!).Should().Contain("rows/rows.rego:").And.Contain("policy check");
    }

    [Fact]
    public async Task Settings_ThatAreWrong_AreAllNamed()
    {
        var failure = await Record.ExceptionAsync(() =>
            SandboxHost.StartAsync([
                "--Governance:Policies:Folder=/no/such/folder",
                "--Governance:Policies:BundleToken=short",
                "--Governance:Policies:DecisionTime=00:05:00",
                "--Governance:Opa:Timeout=00:00:00",
                "--Governance:Opa:FailuresToOpen=0",
            ])
        );

        StartupFailure
            .Describe(failure!)
            .Should()
            .Contain("Governance:Policies:Folder")
            .And.Contain("Governance:Policies:BundleToken")
            .And.NotContain("short.")
            .And.Contain("Governance:Policies:DecisionTime")
            .And.Contain("Governance:Opa:Timeout")
            .And.Contain("Governance:Opa:FailuresToOpen")
            .And.Contain("Governance:Opa:Url");
    }

    [Fact]
    public async Task Opa_Set_DecidesAboutCallsAndIsNeverShownTheCallersToken()
    {
        await using var opa = await OpaStandIn.StartAsync();
        await using var host = await SandboxHost.StartAsync([
            $"--Governance:Opa:Url={opa.Url}",
            "--Governance:Opa:Timeout=00:00:30",
            "--Governance:HealthTimeout=00:00:30",
        ]);
        using var analyst = await host.ClientFor("analyst");
        var token = await host.TokenForAsync("analyst");

        (await StatusAsync(analyst, "datasets")).Should().Be(HttpStatusCode.OK);
        await (await analyst.GetAsync("ledger", Cancellation)).ShouldBeProblemAsync(
            HttpStatusCode.Forbidden,
            "role_missing"
        );
        (await ReadyAsync(host)).State.Should().Be("up");
        opa.Requests.Should()
            .NotBeEmpty()
            .And.OnlyContain(asked => !asked.Headers.Contains(token) && !asked.Body.Contains(token));

        opa.Instead = context => OpaStandIn.WriteAsync(context, "{}", 500);
        await (await analyst.GetAsync("datasets", Cancellation)).ShouldBeProblemAsync(
            HttpStatusCode.Forbidden,
            "policy_unavailable"
        );
        (await ReadyAsync(host)).State.Should().Be("down");
        (await host.Client.GetAsync("health/live", Cancellation)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, Cancellation);
        return response.StatusCode;
    }

    private static async Task<(string State, string Detail)> ReadyAsync(SandboxHost host)
    {
        using var response = await host.Client.GetAsync("health/ready", Cancellation);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var part = answer
            .GetProperty("parts")
            .EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "policy");
        return (part.GetProperty("state").GetString()!, part.GetProperty("detail").GetString()!);
    }

    private static Dictionary<string, byte[]> Unpack(byte[] bundle)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var gzip = new GZipStream(new MemoryStream(bundle), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream!.CopyTo(content);
            files.Add(entry.Name, content.ToArray());
        }

        return files;
    }
}

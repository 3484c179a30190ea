using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Api.Sandbox.Generator;
using Governance.Masking;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Tests.Commands;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Kms;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>The service with its keys in Cloud KMS: while it answers, while it is away, when it says no, and its commands.</summary>
public sealed class CloudKmsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private BigQueryStandIn _standIn = null!;

    public async ValueTask InitializeAsync() => _standIn = await BigQueryStandIn.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _standIn.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Service_WhileAKeyIsDisabledInKms_PausesAndGoesOnByItself()
    {
        await using var host = await StartAsync("--Governance:Keys:Kms:HardLife=1.00:00:00");
        using var client = new ServiceClient(host.Address);
        using var writer = new TopicWriter(host.Services.GetRequiredService<IKafkaEndpoint>().BootstrapServers);
        var events = await CustomersAsync(host);
        Send(events[0]);
        await RowsAsync(client, 1);
        (await KeysPartAsync(host)).Should().StartWith("up ").And.Contain("/cryptoKeyVersions/1");
        host.Output.Should().Contain($"gcp-kms://{StandInKey.Name}");

        StandInKey.Of(_standIn).Version(1)!.State = "DISABLED";
        await Wait.UntilAsync(
            async () => (await KeysPartAsync(host)).StartsWith("down ", StringComparison.Ordinal),
            "the service hears of it"
        );
        (await KeysPartAsync(host)).Should().Contain("DISABLED").And.Contain("pause since");
        Send(events[1]);
        Send("no event"u8.ToArray());
        using var refused = await client.SendAsync(
            "dpo",
            HttpMethod.Post,
            "subject-requests",
            JsonContent.Create(
                new
                {
                    type = "erasure",
                    subject = "customer",
                    claims = new[] { new { domain = "email", value = "canary@example.org" } },
                }
            )
        );
        await refused.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "keys_unavailable", "canary");
        await Wait.UntilAsync(
            async () =>
                (await client.GetAsync("pipeline", "streams"))
                    .GetProperty("trouble")
                    .GetString()
                    ?.Contains("withdrawn", StringComparison.Ordinal)
                    is true,
            "the interceptor pauses"
        );
        (await client.RowsAsync())["customers"].Should().Be(1);
        (await client.QuarantineAsync()).Should().BeEmpty("nothing is quarantined because of it");

        StandInKey.Of(_standIn).Version(1)!.State = "ENABLED";
        await RowsAsync(client, 2);
        await Wait.UntilAsync(
            async () => (await client.QuarantineAsync()).Length == 1,
            "what is no event is quarantined"
        );
        (await KeysPartAsync(host)).Should().StartWith("up ");
        (await client.SubmitErasureAsync("email", "canary@example.org")).Should().NotBeEmpty();
        host.Logs.Should().NotContain(entry => entry.Contains(Token, StringComparison.Ordinal));
        host.Output.Should().NotContain(Token);

        void Send(byte[] value)
        {
            writer.Send(DemoTopics.Customers, null, value, partition: 0);
            writer.Flush();
        }
    }

    [Fact]
    public async Task Service_WhileKmsIsAway_GoesOnUntilTheHardLifeEnds()
    {
        await using var host = await StartAsync("--Governance:Keys:Kms:HardLife=00:00:06");
        _standIn.Faults.Next("*", Fault.Unavailable, times: 10_000);
        await Wait.UntilAsync(
            async () => (await KeysPartAsync(host)).Contains("not confirmed since", StringComparison.Ordinal),
            "the service hears of it"
        );
        var detail = await KeysPartAsync(host);
        detail.Should().StartWith("up ").And.Contain("cached keys end at").And.Contain("Cloud KMS is away");

        await Wait.UntilAsync(
            async () => (await KeysPartAsync(host)).StartsWith("down ", StringComparison.Ordinal),
            "the hard life ends"
        );
        (await host.Client.GetAsync(new Uri("health/ready", UriKind.Relative)))
            .StatusCode.Should()
            .Be(HttpStatusCode.ServiceUnavailable);

        _standIn.Faults.Clear();
        await Wait.UntilAsync(
            async () => (await KeysPartAsync(host)).StartsWith("up ", StringComparison.Ordinal),
            "it goes on by itself"
        );
        host.Logs.Should().Contain(entry => entry.Contains("masking and revealing pause", StringComparison.Ordinal));
        host.Logs.Should().Contain(entry => entry.Contains("confirmed again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WhileKmsIsAway_FailsAndSaysWhy()
    {
        await using (await StartAsync()) { }

        _standIn.Faults.Next("*", Fault.Unavailable, times: 10_000);
        var act = async () => await StartAsync();

        (await act.Should().ThrowAsync<KeysUnavailableException>()).Which.Message.Should().Contain("Cloud KMS is away");
    }

    [Fact]
    public async Task Commands_OnADirectoryOfKms_RotateAndTellTheVersion()
    {
        await using var host = await StartAsync();
        (await RunAsync(0, "list"))
            .Should()
            .Contain($"keyset.json is wrapped by {StandInKey.Name}/cryptoKeyVersions/1");
        (await RunAsync(0, "add")).Should().Contain("added");

        StandInKey.Of(_standIn).Rotate();
        (await RunAsync(0, "rekey")).Should().Contain($"{StandInKey.Name}/cryptoKeyVersions/2 wraps the keysets");
        StandInKey.Of(_standIn).Version(1)!.State = "DISABLED";
        (await RunAsync(0, "list")).Should().Contain("cryptoKeyVersions/2").And.NotContain("cryptoKeyVersions/1");
        (await RunAsync(0, "rotate-receipt-key")).Should().Contain("receipts are signed by");
        (await RunAsync(2, "rekey", "--drop-old")).Should().Contain("disabled and destroyed there");
        await Task.Delay(1_500, TestContext.Current.CancellationToken);
        (await KeysPartAsync(host)).Should().StartWith("up ", "the running service opens what stands there now");

        _standIn.Faults.Next("*", Fault.Unavailable, times: 10_000);
        (await RunAsync(1, "list")).Should().Contain("Cloud KMS is away");
    }

    [Fact]
    public async Task Commands_WithoutTheSetting_SayWhichIsMissing()
    {
        await using (await StartAsync()) { }

        var run = await CommandRun.OfAsync("keys", "list", "--data", _folder.Path);

        run.Status.Should().Be(1);
        run.Error.Should().Contain("Governance:Keys:Kms:Key");
        File.Exists(Path.Combine(_folder.Path, "keys", "kek.json")).Should().BeFalse();
    }

    [Fact]
    public async Task Rekey_FromTheKeyFile_MovesADirectoryToKms()
    {
        string index;
        await using (var host = await SandboxHost.StartAsync(dataDirectory: _folder.Path))
        {
            index = Index(host);
        }

        // A start that fails keeps hold of its directory, within this process.
        using var copy = new TemporaryFolder();
        Directory.CreateDirectory(
            copy.File("keys"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        foreach (var file in new[] { "kek.json", "keyset.json", "index-keyset.json" })
        {
            File.Copy(Path.Combine(_folder.Path, "keys", file), Path.Combine(copy.Path, "keys", file));
        }

        var act = async () => await StartOnAsync(copy.Path);
        (await act.Should().ThrowAsync<KeyMaterialException>()).Which.Message.Should().Contain("rekey --from-key-file");

        (await RunAsync(0, "rekey", "--from-key-file")).Should().Contain("cryptoKeyVersions/1 wraps the keysets");
        (await RunAsync(0, "rekey", "--from-key-file")).Should().Contain("cryptoKeyVersions/1", "it may be run again");
        File.Delete(Path.Combine(_folder.Path, "keys", "kek.json"));
        await using var moved = await StartAsync();
        Index(moved).Should().Be(index, "the keys are the same");
    }

    [Fact]
    public async Task Settings_ManyFaults_AreSaidAtOnceAndNothingIsMade()
    {
        var act = async () =>
            await SandboxHost.StartAsync(
                [
                    "--Governance:Keys:Kms:Key=kek",
                    "--Governance:Keys:Kms:Endpoint=http://kms.example",
                    "--Governance:Keys:Kms:CredentialsFile=/nowhere/canary.json",
                    "--Governance:Keys:Kms:HardLife=00:30:00",
                ],
                dataDirectory: _folder.Path
            );

        var fault = (await act.Should().ThrowAsync<Exception>()).Which;
        var said = Api.Configuration.StartupFailure.Describe(fault);
        said.Should()
            .ContainAll(
                "Governance:Keys:Kms:Key:",
                "Governance:Keys:Kms:Endpoint:",
                "Governance:Keys:Kms:CredentialsFile:",
                "Governance:Keys:Kms:HardLife:"
            )
            .And.NotContain("canary");
        Directory.Exists(Path.Combine(_folder.Path, "keys")).Should().BeFalse();
    }

    [Fact]
    public async Task Settings_WithoutTheKey_DoNotFallBackToAFile()
    {
        var act = async () =>
            await SandboxHost.StartAsync(
                [$"--Governance:Keys:Kms:Endpoint={_standIn.Address}"],
                dataDirectory: _folder.Path
            );
        var fault = (await act.Should().ThrowAsync<Exception>()).Which;
        Api.Configuration.StartupFailure.Describe(fault).Should().Contain("Governance:Keys:Kms:Key: Name the key too");
    }

    [Fact]
    public async Task KeysInKms_AreNoSandboxPart()
    {
        await using var host = await StartAsync();
        host.Services.GetServices<Api.Configuration.SandboxPart>()
            .Should()
            .NotContain(part => part.Name == Api.Configuration.SandboxPart.Keys);
    }

    private string Token => _standIn.Members.TokenFor(_standIn.Options.Owner);

    private string[] Settings =>
        [
            $"Governance:Keys:Kms:Key={StandInKey.Name}",
            $"Governance:Keys:Kms:Endpoint={_standIn.Address}",
            $"Governance:Keys:Kms:AccessToken={Token}",
            "Governance:Keys:Kms:RefreshInterval=00:00:01",
            "Governance:Keys:Kms:RetryBudget=00:00:00",
        ];

    private Task<SandboxHost> StartAsync(params string[] more) => StartOnAsync(_folder.Path, more);

    private Task<SandboxHost> StartOnAsync(string directory, params string[] more)
    {
        StandInKey.Options(_standIn);
        return SandboxHost.StartAsync(
            [.. Settings.Select(setting => "--" + setting), "--Governance:Keys:ReloadInterval=00:00:00.1", .. more],
            dataDirectory: directory
        );
    }

    private async Task<string> RunAsync(int status, params string[] arguments)
    {
        var run = await CommandRun.OfAsync([
            "keys",
            .. arguments,
            "--data",
            _folder.Path,
            .. Settings.SelectMany(setting => new[] { "--set", setting }),
        ]);
        run.Status.Should().Be(status, run.Out + run.Error);
        return run.Out + run.Error;
    }

    private static async Task<string> KeysPartAsync(SandboxHost host)
    {
        using var response = await host.Client.GetAsync(new Uri("health/ready", UriKind.Relative));
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        var part = answer
            .GetProperty("parts")
            .EnumerateArray()
            .Single(part => part.GetProperty("name").GetString() is "keys");
        return $"{part.GetProperty("state")} {part.GetProperty("detail")}";
    }

    private static string Index(SandboxHost host)
    {
        var identifiers = host.Services.GetRequiredService<Masking.Vault.Identifiers>();
        identifiers.TryGetKey("email", "a@b.org"u8, out var key).Should().BeTrue();
        return key.Index.ToString();
    }

    private static Task RowsAsync(ServiceClient client, long rows) =>
        Wait.UntilAsync(
            async () => (await client.RowsAsync()).GetValueOrDefault(DemoTopics.Customers) == rows,
            $"{rows} rows land"
        );

    private static async Task<byte[][]> CustomersAsync(SandboxHost host)
    {
        var schemas = DemoSchemas.Load();
        var id = await host
            .Services.GetRequiredService<ISchemaRegistry>()
            .RegisterAsync("customers-value", schemas.Texts[DemoTopics.Customers], CancellationToken.None);
        var world = new DemoWorld(
            new DemoSettings(Seed: 3, Customers: 3, HistoryDays: 1, new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)),
            schemas
        );
        return
        [
            .. world
                .History.Where(happening => happening.Topic == DemoTopics.Customers)
                .Select(happening => AvroWire.Encode(id, happening.Value)),
        ];
    }
}

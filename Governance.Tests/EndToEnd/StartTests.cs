using Governance.Api.Configuration;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd;

/// <summary>What an operator sees of a start that goes well, and of starts that do not.</summary>
public sealed class StartTests
{
    private const string NoStackTrace = "   at ";

    [Fact]
    public async Task Start_InDevelopment_SaysWhatRunsWhereAndTheNextStep()
    {
        using var folder = new TemporaryFolder();
        var (process, address) = await ServiceProcess.ServeAsync(Path.Combine(folder.Path, "data"));
        await using (process)
        {
            using var client = new HttpClient();
            (await client.GetStringAsync(new Uri(address, "health/live"))).Should().Contain("live");
            process.Output.Should().Contain(Path.Combine(folder.Path, "data")).And.Contain("sandbox/token");
            File.GetUnixFileMode(Path.Combine(folder.Path, "data", "keys", "sandbox-signin.pem"))
                .Should()
                .Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(Path.Combine(folder.Path, "data"))
                .Should()
                .Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory
                .EnumerateFiles(Path.Combine(folder.Path, "data"), "*", SearchOption.AllDirectories)
                .Where(file => File.GetUnixFileMode(file) != (UnixFileMode.UserRead | UnixFileMode.UserWrite))
                .Should()
                .BeEmpty("others read none of the files");
        }
    }

    [Fact]
    public async Task Start_ASecondTimeOnTheSameData_IsRefusedInOneLine()
    {
        await using var first = await SandboxHost.StartAsync();
        await using var second = ServiceProcess.Start([
            "--urls=http://127.0.0.1:0",
            $"--Governance:DataDirectory={first.DataDirectory}",
        ]);

        (await second.ExitCodeAsync()).Should().Be(1);
        second.Output.Should().StartWith($"Another process already runs on the data directory {first.DataDirectory}.");
        second.Output.Split('\n').Should().ContainSingle();
    }

    [Fact]
    public async Task Start_AfterAKill_TakesTheDataDirectoryAgainAndKeepsTheKey()
    {
        using var folder = new TemporaryFolder();
        var (killed, _) = await ServiceProcess.ServeAsync(folder.Path);
        await killed.KillAsync();
        await killed.DisposeAsync();
        var key = await File.ReadAllTextAsync(Path.Combine(folder.Path, "keys", "sandbox-signin.pem"));

        await using var host = await SandboxHost.StartAsync(dataDirectory: folder.Path);

        (await File.ReadAllTextAsync(Path.Combine(folder.Path, "keys", "sandbox-signin.pem"))).Should().Be(key);
        (await host.TokenForAsync("dpo")).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Start_OnAnAddressInUse_IsRefusedInOneLine()
    {
        await using var first = await SandboxHost.StartAsync();
        using var folder = new TemporaryFolder();
        await using var second = ServiceProcess.Start([
            $"--urls={first.Address}",
            $"--Governance:DataDirectory={folder.Path}",
            "--Governance:Sandbox:Generator:Enabled=false",
        ]);

        (await second.ExitCodeAsync()).Should().Be(1);
        second.Output.Should().Contain("The address is in use").And.NotContain(NoStackTrace);
    }

    [Fact]
    public async Task Start_WithWrongSettings_NamesThemAll()
    {
        await using var process = ServiceProcess.Start([
            "--Governance:MaxRequestBytes=3",
            "--Governance:HealthTimeout=1.00:00:00",
            "--Governance:Sandbox:Allow:0=everything",
        ]);

        (await process.ExitCodeAsync()).Should().Be(1);
        process
            .Output.Should()
            .Contain("Governance:MaxRequestBytes: ")
            .And.Contain("Governance:HealthTimeout: ")
            .And.Contain("Governance:Sandbox:Allow: It names 'everything', which is no sandbox part")
            .And.NotContain(NoStackTrace);
    }

    [Fact]
    public async Task Start_WithASettingOfTheWrongKind_NamesIt()
    {
        await using var process = ServiceProcess.Start(["--Governance:MaxRequestBytes=many"]);

        (await process.ExitCodeAsync()).Should().Be(1);
        process.Output.Should().Contain("Governance:MaxRequestBytes: It cannot be read as a whole number");
        process.Output.Should().NotContain(NoStackTrace);
    }

    [Fact]
    public async Task Start_WithFaultsOfEveryKindInEveryPart_NamesThemAllInOneStartAndNoValue()
    {
        using var folder = new TemporaryFolder();
        await using var process = ServiceProcess.Start(
            [
                $"--Governance:DataDirectory={folder.Path}/data",
                "--Governance:Urls=canary7f3a",
                "--Governance:MaxRequestByte=5000",
                "--Governance:Warehouse:DuckDb:Threads=0",
                "--Governance:Warehouse:DuckDb:MemoryLimitMebibytes=canary7f3a",
                "--Governance:Warehous:DuckDb:Threads=1",
                "--Governance:Interceptor:BatchSize=0",
                "--Governance:Interceptor:GroupId=",
                "--Governance:Keys:ReloadInterval=canary7f3a",
                "--Governance:Kafka:SourceId=a-log",
                "--Governance:SchemaRegistry:Password=canary7f3a",
                "--Governance:SubjectRequests:MaxAttempts=0",
                "--Governance:Sandbox:Generator:Customers=0",
                "--AzureAd:Instance=https://login.microsoftonline.com/",
            ],
            "Production"
        );

        (await process.ExitCodeAsync()).Should().Be(1);
        var lines = process.Output.Split('\n');
        lines[0].Should().Be("These settings are wrong:");
        foreach (
            var setting in new[]
            {
                "Governance:Urls",
                "Governance:MaxRequestByte",
                "Governance:Warehouse:DuckDb:Threads",
                "Governance:Warehouse:DuckDb:MemoryLimitMebibytes",
                "Governance:Warehous",
                "Governance:Interceptor:BatchSize",
                "Governance:Interceptor:GroupId",
                "Governance:Keys:ReloadInterval",
                "Governance:Kafka:BootstrapServers",
                "Governance:SchemaRegistry:Url",
                "Governance:SchemaRegistry:Username",
                "Governance:SubjectRequests:MaxAttempts",
                "Governance:Sandbox:Generator:Customers",
                "AzureAd:TenantId",
                "AzureAd:ClientId",
            }
        )
        {
            lines
                .Should()
                .ContainSingle(
                    line =>
                        line.StartsWith($"  {setting}: ", StringComparison.Ordinal)
                        || line.StartsWith($"  {setting} ", StringComparison.Ordinal),
                    "{0} is wrong",
                    setting
                );
        }

        process.Output.Should().Contain("These sandbox parts do not start").And.NotContain("canary7f3a");
        process.Output.Should().NotContain(NoStackTrace);
        Directory.Exists(Path.Combine(folder.Path, "data")).Should().BeFalse("a refused start leaves nothing behind");
    }

    [Fact]
    public async Task Start_WithAKeyThatOthersCanRead_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var keys = Directory.CreateDirectory(Path.Combine(folder.Path, "keys"));
        var path = Path.Combine(keys.FullName, "sandbox-signin.pem");
        await File.WriteAllTextAsync(path, "a key");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await using var process = ServiceProcess.Start([
            "--urls=http://127.0.0.1:0",
            $"--Governance:DataDirectory={folder.Path}",
        ]);

        (await process.ExitCodeAsync()).Should().Be(1);
        process.Output.Should().Contain($"chmod 600 {path}").And.NotContain(NoStackTrace);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task Start_OutsideDevelopment_RefusesEverySandboxPartWithItsSetting(string environment)
    {
        using var folder = new TemporaryFolder();
        await using var process = ServiceProcess.Start(
            ["--urls=http://127.0.0.1:0", $"--Governance:DataDirectory={folder.Path}/data"],
            environment
        );

        (await process.ExitCodeAsync()).Should().Be(1);
        process.Output.Should().Contain($"--{SandboxOptions.AllowKey}:").And.Contain("=signin");
        process.Output.Should().NotContain(NoStackTrace);
        Directory.Exists(Path.Combine(folder.Path, "data")).Should().BeFalse("a refused start leaves nothing behind");
    }

    [Fact]
    public async Task Start_InProductionWithEveryPartNamed_Serves()
    {
        using var folder = new TemporaryFolder();
        var allowed = SandboxPart.Names.Select((name, index) => $"--{SandboxOptions.AllowKey}:{index}={name}");
        var (process, address) = await ServiceProcess.ServeAsync(folder.Path, ["--environment=Production", .. allowed]);
        await using (process)
        {
            using var client = new HttpClient();
            (await client.GetStringAsync(new Uri(address, "health/live"))).Should().Contain("live");
        }
    }

    [Fact]
    public async Task Start_WithAnIncompleteDirectory_NamesWhatIsMissing()
    {
        await using var process = ServiceProcess.Start(["--AzureAd:Instance=nowhere"]);

        (await process.ExitCodeAsync()).Should().Be(1);
        process
            .Output.Should()
            .Contain("AzureAd:Instance: It is no address.")
            .And.Contain("AzureAd:TenantId: ")
            .And.Contain("AzureAd:ClientId: ")
            .And.NotContain(NoStackTrace);
    }
}

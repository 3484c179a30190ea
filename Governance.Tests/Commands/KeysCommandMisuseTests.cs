using Governance.Tests.Support;

namespace Governance.Tests.Commands;

public sealed class KeysCommandMisuseTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    [Theory]
    [InlineData("promote", "1")]
    [InlineData("promote", "x")]
    [InlineData("promote")]
    [InlineData("retire", "1", "--destroy")]
    [InlineData("import", "/nowhere")]
    [InlineData("nothing")]
    public async Task Keys_AskedForWhatIsNot_IsAMisuse(params string[] arguments) =>
        (await CommandRun.OfAsync(["keys", .. arguments, "--data", host.DataDirectory])).Status.Should().Be(2);

    [Fact]
    public async Task Keys_DirectoryWithoutKeys_IsAMisuseAndMakesNothing()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var run = await CommandRun.OfAsync("keys", "list", "--data", folder);
        run.Status.Should().Be(2);
        run.Error.Should().Contain("--data");
        Directory.Exists(folder).Should().BeFalse();
    }

    [Fact]
    public async Task Export_WithoutSayingThatItIsClear_IsAMisuse()
    {
        var file = Path.Combine(host.DataDirectory, "export.json");
        var run = await CommandRun.OfAsync("keys", "export", "--out", file, "--data", host.DataDirectory);
        run.Status.Should().Be(2);
        run.Error.Should().Contain("--cleartext");
        File.Exists(file).Should().BeFalse();
    }
}

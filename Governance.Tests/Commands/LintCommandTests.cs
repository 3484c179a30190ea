namespace Governance.Tests.Commands;

public sealed class LintCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("governance-lint-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Lint_BrokenFiles_PrintsEveryFaultWithItsPlaceAndGivesOne()
    {
        var one = Path.Combine(_folder, "one.odcs.yaml");
        var two = Path.Combine(_folder, "two.odcs.yaml");
        await File.WriteAllTextAsync(one, "apiVersion: v3.1.0\nkind: DataContract\n");
        await File.WriteAllTextAsync(two, "a: [\n");

        var run = await CommandRun.OfAsync("lint", _folder);

        run.Status.Should().Be(1);
        run.Out.Should().MatchRegex($"(?m)^{one}:[0-9]+:[0-9]+: [a-z_]+: .+\\(.+\\)$");
        run.Out.Should().MatchRegex($"(?m)^{two}:[0-9]+:[0-9]+: [a-z_]+: .+\\(.+\\)$");
        run.Out.TrimEnd().Should().MatchRegex("2 contracts, [0-9]+ faults$");
    }

    [Fact]
    public async Task Lint_MissingFile_IsAFinding()
    {
        var run = await CommandRun.OfAsync("lint", Path.Combine(_folder, "none.yaml"));

        run.Status.Should().Be(1);
        run.Out.Should().Contain("none.yaml:1:1:");
    }

    [Fact]
    public async Task Lint_ContractsOfTheDemo_HaveNoFaults()
    {
        var run = await CommandRun.OfAsync("lint", Path.Combine(AppContext.BaseDirectory, "demo", "contracts"));

        run.Out.TrimEnd().Should().EndWith("8 contracts, no faults");
        run.Status.Should().Be(0);
    }
}

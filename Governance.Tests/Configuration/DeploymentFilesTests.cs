using System.Text.RegularExpressions;
using Governance.Api.Configuration;
using Governance.Tests.Support;

namespace Governance.Tests.Configuration;

/// <summary>What ops/compose and ops/deploy say of the service's settings, and what their own tools say of them.</summary>
public sealed partial class DeploymentFilesTests
{
    public static TheoryData<string> Files =>
        [
            "compose/compose.yaml",
            "compose/compose.override.yaml",
            "compose/compose.gcp.yaml",
            "deploy/Dockerfile",
            "deploy/terraform/outputs.tf",
            "docs/runbooks/production.md",
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Settings_OfAFile_AreRealOnes(string file)
    {
        var named = SettingName()
            .Matches(Read(file))
            .Select(match => Number().Replace(match.Value.Replace("__", ":", StringComparison.Ordinal), ""))
            .Distinct(StringComparer.Ordinal)
            .ToArray();

        named.Should().NotBeEmpty("the pattern finds them");
        named.Where(name => !IsReal(name)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("compose/compose.yaml")]
    [InlineData("compose/compose.override.yaml")]
    [InlineData("compose/compose.gcp.yaml")]
    public void Compose_HoldsNoPasswordAndNoUnpinnedImage(string file)
    {
        var lines = Read(file).Split('\n');

        lines
            .Where(line => line.TrimStart().StartsWith("image:", StringComparison.Ordinal))
            .Should()
            .OnlyContain(line => PinnedImage().IsMatch(line));
        lines
            .Where(line => line.Contains("password", StringComparison.OrdinalIgnoreCase))
            .Should()
            .OnlyContain(
                line => !PasswordWithValue().IsMatch(line),
                "a password comes from a file that is not in the repository"
            );
    }

    [Fact]
    public async Task Check_ByTheToolsThatAreInstalled_FindsNothingWrong()
    {
        var run = await Tool.RunAsync("bash", [Repository.PathOf("ops", "deploy", "check.sh"), "--offline"]);

        run.Succeeded().Should().Contain("ok       check.sh").And.NotContain("WRONG");
        TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
    }

    [Fact]
    public async Task Secrets_MadeTwice_AreRandomStayAndAreNotPrinted()
    {
        using var folder = new TemporaryFolder();
        var script = Path.Combine(folder.Path, "secrets.sh");
        File.Copy(Repository.PathOf("ops", "compose", "secrets.sh"), script);

        var output = (await Tool.RunAsync("bash", [script])).Succeeded();
        var first = Secret("governance-password");
        output += (await Tool.RunAsync("bash", [script])).Succeeded();

        first.Should().MatchRegex("^[0-9a-f]{64}$").And.Be(Secret("governance-password"));
        Secret("postgres-password").Should().MatchRegex("^[0-9a-f]{64}$").And.NotBe(first);
        Secret("pgpass").Should().Be($"postgres:5432:governance:governance:{first}\n");
        output.Should().NotContain(first);
        File.GetUnixFileMode(Path.Combine(folder.Path, "secrets"))
            .Should()
            .Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        string Secret(string name) => File.ReadAllText(Path.Combine(folder.Path, "secrets", name));
    }

    // A part may come with its settings later than the file that names it: its section is unknown then, and nothing is said of it.
    private static bool IsReal(string name)
    {
        var isKnownSection = SettingsClass.All.Any(section =>
            section.Name.Contains(':', StringComparison.Ordinal)
            && string.Equals(section.Name, name[..name.LastIndexOf(':')], StringComparison.Ordinal)
        );
        return DeclaredSettings.All.ContainsKey(name)
            || SettingsClass.All.Any(section => section.Name == name)
            || DeclaredSettings.All.Keys.Any(real => real.StartsWith(name + ":", StringComparison.Ordinal))
            || (!isKnownSection && name.Count(letter => letter is ':') > 1);
    }

    private static string Read(string file) => File.ReadAllText(Repository.PathOf(["ops", .. file.Split('/')]));

    [GeneratedRegex(
        "(?<![A-Za-z])Governance(?<separator>__|:)[A-Z][A-Za-z]*(\\k<separator>[A-Z0-9][A-Za-z0-9]*)*",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex SettingName();

    [GeneratedRegex(":[0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"^ +image: [a-z/-]+:(\d+(\.\d+)+|\$\{GOVERNANCE_VERSION:-\d+(\.\d+)+\})$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex PinnedImage();

    [GeneratedRegex(@"password *[:=] *[^ /.#\n]", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PasswordWithValue();
}

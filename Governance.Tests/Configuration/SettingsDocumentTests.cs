using System.Text.RegularExpressions;
using Governance.Tests.Support;

namespace Governance.Tests.Configuration;

/// <summary>ops/docs/settings.md names every setting of every class that has a <c>SectionName</c>, with its real default, and no other.</summary>
public sealed partial class SettingsDocumentTests
{
    private static readonly IReadOnlyDictionary<string, string> Settings = DeclaredSettings.All;

    private static readonly (string Name, string Default, string Meaning)[] Rows =
    [
        .. Row()
            .Matches(File.ReadAllText(Repository.PathOf("ops", "docs", "settings.md")))
            .Select(row => (row.Groups["name"].Value, row.Groups["default"].Value, row.Groups["meaning"].Value)),
    ];

    [Fact]
    public void Settings_OfEveryProject_AreFound() =>
        Settings
            .Keys.Should()
            .Contain([
                "AzureAd:TenantId",
                "Governance:Interceptor:BatchSize",
                "Governance:Sandbox:Allow",
                "Governance:Sandbox:Generator:Enabled",
                "Governance:Warehouse:DuckDb:Threads",
            ]);

    [Fact]
    public void Table_LacksNoSetting() =>
        Settings
            .Where(setting => Rows.All(row => row.Name != setting.Key))
            .Select(setting => $"| `{setting.Key}` | {setting.Value} | … |")
            .Should()
            .Equal([], "ops/docs/settings.md has a row for each setting");

    [Fact]
    public void Table_HasNoRowOfASettingThatDoesNotExist() =>
        Rows.Select(row => row.Name)
            .Except(Settings.Keys, StringComparer.Ordinal)
            .Should()
            .BeEmpty("ops/docs/settings.md speaks of settings that there are");

    [Fact]
    public void Table_Rows_AreUniqueAndSayWhatTheyMean()
    {
        Rows.Select(row => row.Name).Should().OnlyHaveUniqueItems();
        Rows.Should().OnlyContain(row => row.Meaning.Length > 10);
    }

    [Fact]
    public void Table_Defaults_AreTheRealOnes() =>
        Rows.Where(row => Settings.TryGetValue(row.Name, out var real) && real != row.Default)
            .Select(row => $"{row.Name} is {Settings[row.Name]} by default, not {row.Default}")
            .Should()
            .BeEmpty();

    [GeneratedRegex(
        @"^\| `(?<name>[A-Za-z]+(:[A-Za-z]+)+)` \| (?<default>[^|]+) \| (?<meaning>[^\n]+) \|$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000
    )]
    private static partial Regex Row();
}

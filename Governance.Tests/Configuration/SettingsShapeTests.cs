using Governance.Api.Configuration;
using Governance.Masking.Kafka;
using Microsoft.Extensions.Configuration;

namespace Governance.Tests.Configuration;

public sealed class SettingsShapeTests
{
    private static readonly SettingsSection[] Sections =
    [
        new("Shop", typeof(Shop)),
        new("Shop:Till", typeof(Till)),
        new("Shop:Stock:Shelf", typeof(Till)),
    ];

    [Theory]
    [InlineData("Shop:Sise", "Shop:Sise: There is no such setting. Is Shop:Size meant?")]
    [InlineData("Shop:Colour", "Shop:Colour: There is no such setting.")]
    [InlineData("Shop:Stok:Shelf:Size", "Shop:Stok: There is no such setting. Is Shop:Stock meant?")]
    [InlineData("Shop:Stock:Cellar", "Shop:Stock:Cellar: There is no such setting.")]
    [InlineData("Shop:Owner:Nam", "Shop:Owner:Nam: There is no such setting. Is Shop:Owner:Name meant?")]
    [InlineData("Shop:Size:More", "Shop:Size:More: There is no such setting.")]
    public void FaultsOf_ANameThatNoClassHas_NamesItAndItsNeighbour(string key, string expected) =>
        Faults((key, "1")).Should().Equal(expected);

    [Theory]
    [InlineData("Shop:Size", "7.5", "a whole number")]
    [InlineData("Shop:Size", "99999999999", "a whole number, or is too large")]
    [InlineData("Shop:Size", "", "a whole number")]
    [InlineData("Shop:Limit", "much", "a whole number")]
    [InlineData("Shop:Open", "yes", "true or false")]
    [InlineData("Shop:Pause", "10s", "a time such as 00:00:10")]
    [InlineData("Shop:Day", "Funday", "one of Sunday, Monday")]
    [InlineData("Shop:Prices:bread", "dear", "a number")]
    [InlineData("Shop:Owner:Age", "old", "a whole number")]
    public void FaultsOf_AValueOfTheWrongKind_SaysWhichKindItIsAndNotTheValue(string key, string value, string kind)
    {
        var fault = Faults((key, value)).Should().ContainSingle().Which;

        fault.Should().StartWith($"{key}: It cannot be read as {kind}");
        if (value.Length > 2)
        {
            fault.Should().NotContain(value);
        }
    }

    [Theory]
    [InlineData("Shop:Doors", "front", "write Shop:Doors:0")]
    [InlineData("Shop:Owner", "me", "a group of settings")]
    public void FaultsOf_OneValueForSeveral_SaysHowTheyAreWritten(string key, string value, string expected) =>
        Faults((key, value)).Should().ContainSingle().Which.Should().StartWith($"{key}: ").And.Contain(expected);

    [Fact]
    public void FaultsOf_SettingsThatAreWell_IsEmpty() =>
        Faults(
                ("Shop:Size", "7"),
                ("shop:OPEN", "True"),
                ("Shop:Limit", ""),
                ("Shop:Pause", "00:00:10"),
                ("Shop:Day", "friday"),
                ("Shop:Doors:0", "front"),
                ("Shop:Prices:bread", "1.20"),
                ("Shop:Owner:Name", "Ada"),
                ("Shop:Till:Size", "left to its own section"),
                ("Shop:Stock:Shelf:Size", "left to its own section")
            )
            .Should()
            .BeEmpty();

    [Fact]
    public void FaultsOf_AKnownSectionThatIsNotInUse_SaysThatNothingReadsIt()
    {
        var section = Configuration((KafkaOptions.SectionName + ":SourceId", "a")).GetSection("Governance");

        new SettingsShape([])
            .FaultsOf(section, typeof(Till))
            .Should()
            .ContainSingle()
            .Which.What.Should()
            .StartWith("Nothing reads it: ");
    }

    private static IEnumerable<string> Faults(params (string Key, string Value)[] settings) =>
        new SettingsShape(Sections)
            .FaultsOf(Configuration(settings).GetSection("Shop"), typeof(Shop))
            .Select(fault => $"{fault.Path}: {fault.What}");

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .Build();

    private sealed class Shop
    {
        public int Size { get; set; }

        public long? Limit { get; set; }

        public bool Open { get; set; }

        public TimeSpan Pause { get; set; }

        public DayOfWeek Day { get; set; }

        public IList<string> Doors { get; } = [];

        public Dictionary<string, decimal> Prices { get; } = [];

        public Owner Owner { get; set; } = new();

        public bool IsLarge => Size > 5;
    }

    private sealed class Owner
    {
        public string? Name { get; set; }

        public int Age { get; set; }
    }

    private sealed class Till
    {
        public int Size { get; set; }
    }
}

using System.ComponentModel.DataAnnotations;
using Governance.Api.Configuration;
using Governance.Masking;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Governance.Tests.Configuration;

public sealed class StartupFailureTests
{
    [Fact]
    public void Describe_AStartupException_IsItsMessage() =>
        StartupFailure.Describe(new StartupException("Do this.")).Should().Be("Do this.");

    [Fact]
    public void Describe_AnythingElse_NamesKindAndPlaceButNoMessage()
    {
        var exception = FluentActions
            .Invoking(() => int.Parse("canary7f3a", System.Globalization.CultureInfo.InvariantCulture))
            .Should()
            .Throw<FormatException>()
            .Which;

        StartupFailure
            .Describe(exception)
            .Should()
            .Contain("System.FormatException")
            .And.Contain("at System.")
            .And.NotContain("canary7f3a")
            .And.NotContain("\n");
    }

    [Fact]
    public void Describe_FaultsOfSeveralFeatures_NamesAllOfThem()
    {
        var text = Start(("One:Size", "0"), ("Two:Size", "0"));

        text.Should().StartWith("These settings are wrong:").And.Contain("One:Size: ").And.Contain("Two:Size: ");
    }

    [Fact]
    public void Describe_ASettingThatNoFeatureHas_NamesIt() =>
        Start(("One:Size", "1"), ("One:Sise", "1")).Should().Contain("settings are unknown").And.Contain("'Sise'");

    private static string Start(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddFeatureOptions<One>("One").AddFeatureOptions<Two>("Two");
        using var provider = services.BuildServiceProvider();
        var validator = provider.GetRequiredService<IStartupValidator>();
        return StartupFailure.Describe(Record.Exception(validator.Validate)!);
    }

    private sealed class One
    {
        [Range(1, 9)]
        public int Size { get; set; } = 1;
    }

    private sealed class Two
    {
        [Range(1, 9)]
        public int Size { get; set; } = 1;
    }
}

using System.ComponentModel.DataAnnotations;
using Governance.Api.Configuration;
using Governance.Masking;
using Governance.Policies.Warehouse;
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
    public void Describe_WhatAWarehouseRefused_SaysWhatIsAway() =>
        StartupFailure
            .Describe(new WarehouseException(new Refusal(RefusalKind.Away, "gate_lost", "The gate is lost.")))
            .Should()
            .Be("The service could not start: The gate is lost.");

    [Fact]
    public void Describe_APostgresThatIsAway_SaysSo()
    {
        var away = new InvalidOperationException(
            "canary7f3a",
            new Npgsql.NpgsqlException(
                "canary7f3a",
                new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused)
            )
        );

        StartupFailure
            .Describe(away)
            .Should()
            .Contain("PostgreSQL does not answer (ConnectionRefused)")
            .And.Contain("Governance:Postgres:ConnectionString")
            .And.NotContain("canary7f3a");
    }

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
    public void Describe_AllKindsOfFaultsInOneSection_NamesThemAll()
    {
        var text = Start(
            ("One:Size", "0"),
            ("One:Name", ""),
            ("One:Pause", "canary7f3a"),
            ("One:Sise", "1"),
            ("Two:Size", "x")
        );

        text.Split(Environment.NewLine)
            .Should()
            .HaveCount(6)
            .And.ContainSingle(line => line.StartsWith("  One:Size: ", StringComparison.Ordinal))
            .And.ContainSingle(line => line.StartsWith("  One:Name: ", StringComparison.Ordinal))
            .And.ContainSingle(line => line.StartsWith("  One:Pause: It cannot be read", StringComparison.Ordinal))
            .And.ContainSingle(line =>
                line.StartsWith("  One:Sise: There is no such setting", StringComparison.Ordinal)
            )
            .And.ContainSingle(line => line.StartsWith("  Two:Size: It cannot be read", StringComparison.Ordinal));
        text.Should().NotContain("canary7f3a", "what stands there may be a password");
    }

    [Fact]
    public void Describe_AFaultInAGroupWithin_NamesItInFull() =>
        Start(("One:Inner:Depth", "0")).Should().Contain("  One:Inner:Depth: ");

    [Fact]
    public void Describe_WrongSettingsBesideAnotherHindrance_SaysBothAndEachOnce() =>
        StartupFailure
            .Describe(
                new AggregateException(
                    new AggregateException(Wrong("One:Size: It is 0."), Wrong("Two:Size: It is 0.")),
                    new StartupException("Do this."),
                    Wrong("One:Size: It is 0.")
                )
            )
            .Should()
            .Be(
                string.Join(
                    Environment.NewLine,
                    "These settings are wrong:",
                    "  One:Size: It is 0.",
                    "  Two:Size: It is 0.",
                    "Do this."
                )
            );

    private static OptionsValidationException Wrong(string fault) => new("", typeof(One), [fault]);

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

        [Required]
        public string Name { get; set; } = "one";

        public TimeSpan Pause { get; set; }

        public Inner Inner { get; set; } = new();
    }

    private sealed class Inner
    {
        [Range(1, 9)]
        public int Depth { get; set; } = 1;
    }

    private sealed class Two
    {
        [Range(1, 9)]
        public int Size { get; set; } = 1;
    }
}

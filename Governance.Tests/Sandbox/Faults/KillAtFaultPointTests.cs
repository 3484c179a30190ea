using Governance.Api.Sandbox.Faults;
using Governance.Masking;

namespace Governance.Tests.Sandbox.Faults;

public sealed class KillAtFaultPointTests
{
    [Fact]
    public void Reached_TheNamedPoint_KillsOnce()
    {
        var kills = 0;
        var points = new KillAtFaultPoint("sink.appended", () => kills++);

        points.Reached("sink.masked");
        points.Reached("sink.appended.later");
        kills.Should().Be(0);
        points.Reached("sink.appended");
        points.Reached("sink.appended");
        kills.Should().Be(1);
    }

    [Fact]
    public void Reached_WithANumber_KillsAtThatTime()
    {
        var kills = 0;
        var points = new KillAtFaultPoint("erasure.suppressed:3", () => kills++);

        points.Reached("erasure.suppressed");
        points.Reached("erasure.suppressed");
        kills.Should().Be(0);
        points.Reached("erasure.suppressed");
        kills.Should().Be(1);
    }

    [Theory]
    [InlineData("sink.appended:0")]
    [InlineData("sink.appended:")]
    [InlineData("sink appended")]
    [InlineData("sink.appended:2:3")]
    public void Constructor_OfAMalformedSetting_SaysHowToWriteIt(string setting)
    {
        var make = () => new KillAtFaultPoint(setting);

        make.Should().Throw<StartupException>().WithMessage($"{FaultPointsRegistration.Setting}*sink.appended:3*");
    }
}

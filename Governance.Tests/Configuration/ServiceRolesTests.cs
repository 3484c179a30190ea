using Governance.Api.Configuration;

namespace Governance.Tests.Configuration;

public sealed class ServiceRolesTests
{
    [Theory]
    [InlineData("api", "api")]
    [InlineData("scheduler, api", "api, scheduler")]
    [InlineData("stream,stream", "stream")]
    [InlineData("api,stream,scheduler", "api, stream, scheduler")]
    public void Read_OfKnownNames_HasThese(string text, string roles) =>
        ServiceRoles.Read(text).ToString().Should().Be(roles);

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("API")]
    [InlineData("api,worker")]
    [InlineData("0")]
    public void FaultOf_WhatIsNoRole_NamesTheRolesThatThereAre(string text)
    {
        ServiceRoles.FaultOf(text).Should().Contain("api, stream, scheduler");
        ServiceRoles.Read(text).IsAll.Should().BeTrue("the start is refused with all faults at once");
    }

    [Fact]
    public void Missing_OfOne_IsTheOthers() => ServiceRoles.Read("stream").Missing.Should().Equal("api", "scheduler");

    [Theory]
    [InlineData("--roles", "stream", "stream")]
    [InlineData("--roles=api,scheduler", null, "api,scheduler")]
    [InlineData("--urls=http://x", null, null)]
    [InlineData("--roles=", null, "")]
    public void OnCommandLine_InEitherForm_IsFound(string first, string? second, string? roles) =>
        ServiceRoles.OnCommandLine(second is null ? [first] : [first, second]).Should().Be(roles);

    [Theory]
    [InlineData("api,stream,scheduler", "state,vault", false)]
    [InlineData("stream", "broker", false)]
    [InlineData("stream", "warehouse", true)]
    [InlineData("api", "state,vault,warehouse", true)]
    public void LoneRoles_OnEmbeddedParts_SaysWhoseWorkNobodyDoes(string roles, string parts, bool isWarned)
    {
        var warning = new LoneRoles(
            ServiceRoles.Read(roles),
            parts.Split(',').Select(part => new SandboxPart(part))
        ).Warning;

        (warning is not null).Should().Be(isWarned);
        if (isWarned)
        {
            warning.Should().ContainAll(ServiceRoles.Read(roles).Missing);
        }
    }
}

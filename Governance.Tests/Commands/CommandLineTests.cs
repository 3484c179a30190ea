using Governance.Api.Commands;

namespace Governance.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData(true, "lint", "folder")]
    [InlineData(true, "--help")]
    [InlineData(false)]
    [InlineData(false, "--urls", "http://127.0.0.1:0")]
    public void Handles_Arguments_TellsCommandsFromSettings(bool expected, params string[] args) =>
        CommandLine.Handles(args).Should().Be(expected);

    [Theory]
    [InlineData("no-such-command")]
    [InlineData("lint")]
    [InlineData("lint", "--unknown", "x")]
    [InlineData("verify-receipt", "file")]
    [InlineData("verify-receipt", "--jwks", "file")]
    [InlineData("verify-receipt", "no-such-file", "--jwks", "no-such-file")]
    [InlineData("verify-ledger", "--data", "a", "--file", "b")]
    [InlineData("verify-ledger", "--data", "/no/such/folder")]
    [InlineData("verify-ledger", "--file", "/no/such/file")]
    public async Task RunAsync_Misuse_SaysSoAndGivesTwo(params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        run.Status.Should().Be(2);
        run.Error.Should().NotBeEmpty();
        run.Out.Should().BeEmpty();
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("lint", "--help")]
    [InlineData("verify-receipt", "--help")]
    [InlineData("verify-ledger", "--help")]
    public async Task RunAsync_Help_GivesZero(params string[] args)
    {
        var run = await CommandRun.OfAsync(args);

        run.Status.Should().Be(0);
        run.Out.Should().Contain("Usage:");
    }
}

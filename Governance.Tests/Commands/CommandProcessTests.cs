using Governance.Tests.Support;

namespace Governance.Tests.Commands;

/// <summary>The commands as the program itself runs them.</summary>
public sealed class CommandProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("governance-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, "no faults", "lint", "demo/contracts")]
    [InlineData(1, "none.yaml:1:1: unreadable_file", "lint", "none.yaml")]
    [InlineData(2, "There is no state.db", "verify-ledger")]
    [InlineData(0, "Usage:", "--help")]
    public async Task Program_Command_EndsWithItsStatusAndMakesNothing(int status, string words, params string[] args)
    {
        var contracts = Path.Combine(AppContext.BaseDirectory, "demo", "contracts");
        string[] placed = [.. args.Select(arg => arg is "demo/contracts" ? contracts : arg)];
        await using var process = ServiceProcess.Start(placed, workingDirectory: _folder);

        (await process.ExitCodeAsync()).Should().Be(status);

        process.Output.Should().Contain(words);
        Directory.EnumerateFileSystemEntries(_folder).Should().BeEmpty();
    }
}

using Governance.Api.Commands;
using Governance.Api.Configuration;

namespace Governance.Tests.Commands;

/// <summary>How a command ended, run in this process.</summary>
internal sealed record CommandRun(int Status, string Out, string Error)
{
    public static async Task<CommandRun> OfAsync(params string[] args) => await WithInputAsync("", args);

    public static async Task<CommandRun> WithInputAsync(string input, params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        using var reader = new StringReader(input);
        var status = await CommandLine.RunAsync(args, new Terminal(output, error, reader));
        return new CommandRun(status, output.ToString(), error.ToString());
    }
}

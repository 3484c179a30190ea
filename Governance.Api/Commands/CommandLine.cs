using Governance.Api.Configuration;

namespace Governance.Api.Commands;

/// <summary>The commands of the program, beside serving. Status 0 is success, 1 a finding, 2 a misuse.</summary>
internal static class CommandLine
{
    /// <summary>Whether the arguments name a command; settings begin with a dash.</summary>
    public static bool Handles(string[] args) => args is [{ Length: > 0 } first, ..] && first[0] is not ('-' or '/');

    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        await terminal.Error.WriteLineAsync($"There is no command '{args[0]}'. Start without a command to serve.");
        return 2;
    }
}

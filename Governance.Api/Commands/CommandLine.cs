using System.CommandLine;
using System.CommandLine.Parsing;
using Governance.Api.Configuration;
using Governance.Masking;

namespace Governance.Api.Commands;

/// <summary>The commands of the program, beside serving. Status 0 is success, 1 a finding, 2 a misuse.</summary>
internal static class CommandLine
{
    public const int Success = 0;
    public const int Finding = 1;
    public const int Misuse = 2;

    private static readonly string[] Help = ["--help", "-h", "-?", "--version"];

    /// <summary>Whether the arguments name a command, or ask for help; settings begin with a dash.</summary>
    public static bool Handles(string[] args) =>
        args is [{ Length: > 0 } first, ..] && (first[0] is not ('-' or '/') || Help.Contains(first));

    /// <summary>Runs a command: no host is built, and no data directory is taken or made.</summary>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var root = new RootCommand("Governance, a privacy layer over the warehouse. Without a command it serves.")
        {
            HealthCommand.Create(),
            KeysCommand.Create(),
            LintCommand.Create(),
            MaskCommand.Create(terminal),
            PolicyCommand.Create(TimeProvider.System),
            VerifyLedgerCommand.Create(),
            VerifyReceiptCommand.Create(terminal),
        };

        // Names that begin with @ are files of that name, not lists of arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var unknown = parsed.Tokens.Where(token =>
            token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal)
        );
        string[] faults =
        [
            .. parsed.Errors.Select(error => error.Message),
            // Else a mistyped option would be taken for the name of a file.
            .. unknown.Select(token => $"There is no option {token.Value}."),
        ];
        if (faults.Length > 0)
        {
            foreach (var fault in faults)
            {
                await terminal.Error.WriteLineAsync(fault);
            }

            var command = parsed.CommandResult.Command;
            var name = command == root ? "" : command.Name + " ";
            await terminal.Error.WriteLineAsync($"Add what is missing; '{name}--help' says what there is.");
            return Misuse;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                }
            );
        }
        catch (Exception misuse) when (misuse is MisuseException or StartupException)
        {
            await terminal.Error.WriteLineAsync(misuse.Message);
            return Misuse;
        }
    }
}

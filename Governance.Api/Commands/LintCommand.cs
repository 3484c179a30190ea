using System.CommandLine;
using Governance.Masking.Contracts;

namespace Governance.Api.Commands;

/// <summary><c>lint &lt;contracts&gt;...</c>: every fault of every contract, with file, line and path.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        var contracts = new Argument<string[]>("contracts")
        {
            Description = "Contract files, and folders that hold some.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("lint", "Checks contracts together, and prints every fault of every one.")
        {
            contracts,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var report = new ContractLinter(new ContractReader()).LintFiles(parsed.GetRequiredValue(contracts));
                var output = parsed.InvocationConfiguration.Output;
                foreach (var fault in report.Faults)
                {
                    await output.WriteLineAsync(fault.ToString());
                }

                await output.WriteLineAsync(
                    $"{Count(report.Files, "contract")}, {(report.Faults.Count == 0 ? "no faults" : Count(report.Faults.Count, "fault"))}"
                );
                return report.Faults.Count == 0 ? CommandLine.Success : CommandLine.Finding;
            }
        );
        return command;
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}

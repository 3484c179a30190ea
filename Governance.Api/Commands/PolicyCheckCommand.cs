using System.CommandLine;
using Governance.Policies.Rego;

namespace Governance.Api.Commands;

/// <summary><c>policy check &lt;folder&gt;</c>: every fault of policies, and what the embedded evaluator does not support.</summary>
internal static class PolicyCheckCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The folder of the policies and their data." };
        var command = new Command("check", "Reads, checks and compiles policies, and prints every fault.") { folder };
        command.SetAction(
            async (parsed, _) =>
            {
                var output = parsed.InvocationConfiguration.Output;
                try
                {
                    var bundle = PolicyFiles.Load(parsed.GetRequiredValue(folder));
                    await output.WriteLineAsync($"no faults, hash {bundle.Hash}");
                    return CommandLine.Success;
                }
                catch (PolicyLoadException exception)
                {
                    return await PrintAsync(output, exception);
                }
            }
        );
        return command;
    }

    /// <summary>Prints each fault on a line.</summary>
    public static async Task<int> PrintAsync(TextWriter output, PolicyLoadException exception)
    {
        foreach (var fault in exception.Faults)
        {
            await output.WriteLineAsync(fault.ToString());
        }

        return CommandLine.Finding;
    }
}

using System.CommandLine;
using Governance.Policies.Rego.Conformance;

namespace Governance.Api.Commands;

/// <summary><c>policy conformance &lt;folder&gt;</c>: OPA's own cases, counted by topic.</summary>
internal static class PolicyConformanceCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The folder of the cases: a JSON file a topic." };
        var details = new Option<bool>("--details") { Description = "Prints each case that did not pass, and why." };
        var command = new Command("conformance", "Runs OPA's own cases, and counts passed, refused and wrong by topic.")
        {
            folder,
            details,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var output = parsed.InvocationConfiguration.Output;
                var cases = parsed.GetRequiredValue(folder);
                if (!Directory.Exists(cases))
                {
                    throw new MisuseException($"There is no folder {cases}.");
                }

                var results = ConformanceSuite.Run(cases);
                if (parsed.GetValue(details))
                {
                    foreach (var result in results.Where(result => result.Outcome != ConformanceOutcome.Passed))
                    {
                        await output.WriteLineAsync(
                            $"{result.Topic}: {result.Note}: {result.Outcome}: {result.Reason}"
                        );
                    }
                }

                await output.WriteAsync(ConformanceTable.Write(results));
                return results.Any(result => result.Outcome == ConformanceOutcome.Wrong)
                    ? CommandLine.Finding
                    : CommandLine.Success;
            }
        );
        return command;
    }
}

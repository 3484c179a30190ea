using System.CommandLine;
using Governance.Policies.Rego;

namespace Governance.Api.Commands;

/// <summary><c>policy test &lt;folder&gt;</c>: runs the rules whose names begin with <c>test_</c>.</summary>
internal static class PolicyTestCommand
{
    public static Command Create(TimeProvider time)
    {
        var folder = new Argument<string>("folder")
        {
            Description = "The folder of the policies, their tests and data.",
        };
        var command = new Command("test", "Runs the tests of policies: rules named test_..., which hold or fail.")
        {
            folder,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var output = parsed.InvocationConfiguration.Output;
                try
                {
                    var bundle = PolicyFiles.Load(parsed.GetRequiredValue(folder));
                    var results = PolicyTests.Run(
                        bundle,
                        new EvaluationOptions { Time = time, Cancellation = cancellation }
                    );
                    foreach (var result in results.Where(result => !result.Passed))
                    {
                        await output.WriteLineAsync($"{result.Path}: FAIL {result.Reason}".TrimEnd());
                    }

                    var failed = results.Count(result => !result.Passed);
                    await output.WriteLineAsync($"{results.Count} tests, {failed} failed");
                    return failed == 0 && results.Count > 0 ? CommandLine.Success : CommandLine.Finding;
                }
                catch (PolicyLoadException exception)
                {
                    return await PolicyCheckCommand.PrintAsync(output, exception);
                }
            }
        );
        return command;
    }
}

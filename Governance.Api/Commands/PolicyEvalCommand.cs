using System.CommandLine;
using Governance.Policies.Rego;
using Governance.Policies.Rego.Evaluation;

namespace Governance.Api.Commands;

/// <summary><c>policy eval -d ... -i ... &lt;query&gt;</c>: asks once, and prints what <c>opa eval --format=json</c> prints.</summary>
internal static class PolicyEvalCommand
{
    public static Command Create(TimeProvider time)
    {
        var data = new Option<string[]>("--data", "-d")
        {
            Description = "Modules, data files, and folders that hold some.",
            AllowMultipleArgumentsPerToken = false,
        };
        var input = new Option<string?>("--input", "-i") { Description = "The JSON file of the input." };
        var strict = new Option<bool>("--strict-builtin-errors")
        {
            Description = "Takes a failing builtin for an error, not for undefined.",
        };
        var query = new Argument<string>("query") { Description = "The query, such as data.access.allow." };
        var command = new Command("eval", "Evaluates a query, and prints its results as JSON.")
        {
            data,
            input,
            strict,
            query,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var output = parsed.InvocationConfiguration.Output;
                try
                {
                    var bundle = PolicyFiles.Load(parsed.GetValue(data) ?? []);
                    var given = parsed.GetValue(input) is { } file ? PolicyFiles.ReadJson(file) : null;
                    var results = bundle
                        .Prepare(parsed.GetRequiredValue(query))
                        .Run(
                            given,
                            new EvaluationOptions
                            {
                                Time = time,
                                StrictBuiltinErrors = parsed.GetValue(strict),
                                Cancellation = cancellation,
                            }
                        );
                    await output.WriteLineAsync(QueryResultText.Write(results));
                    return CommandLine.Success;
                }
                catch (PolicyLoadException exception)
                {
                    await output.WriteLineAsync(QueryResultText.Write(exception));
                    return CommandLine.Finding;
                }
                catch (EvaluationException exception)
                {
                    await output.WriteLineAsync(QueryResultText.Write(exception));
                    return CommandLine.Finding;
                }
            }
        );
        return command;
    }
}

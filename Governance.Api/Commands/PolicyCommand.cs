using System.CommandLine;

namespace Governance.Api.Commands;

/// <summary><c>policy</c>: checks, tests and asks policies without a server.</summary>
internal static class PolicyCommand
{
    public static Command Create(TimeProvider time) =>
        new("policy", "Checks, tests and asks policies in Rego.")
        {
            PolicyCheckCommand.Create(),
            PolicyTestCommand.Create(time),
            PolicyEvalCommand.Create(time),
            PolicyConformanceCommand.Create(),
        };
}

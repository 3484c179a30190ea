using System.Text;
using Governance.Masking;

namespace Governance.Api.Configuration;

/// <summary>Refuses sandbox parts outside Development, all at once, unless the settings name them.</summary>
internal sealed class SandboxGuard(
    IHostEnvironment environment,
    UncheckedOptions<GovernanceOptions> options,
    IEnumerable<SandboxPart> parts
)
{
    /// <summary>Checks all parts that were registered.</summary>
    /// <exception cref="StartupException">A part is not allowed.</exception>
    public void Check()
    {
        if (environment.IsDevelopment())
        {
            return;
        }

        var allowed = options.Read().Sandbox.Allow;
        var refused = parts
            .Select(part => part.Name)
            .Distinct(StringComparer.Ordinal)
            .Except(allowed, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (refused.Length == 0)
        {
            return;
        }

        var next = allowed.Count;
        var text = new StringBuilder().AppendLine(
            $"These sandbox parts do not start in the environment '{environment.EnvironmentName}':"
        );
        foreach (var name in refused)
        {
            text.AppendLine(
                $"  {name}: configure the real one, or allow it with --{SandboxOptions.AllowKey}:{next++}={name}"
            );
        }

        text.Append("To try the sandbox, set ASPNETCORE_ENVIRONMENT=Development.");
        throw new StartupException(text.ToString());
    }
}

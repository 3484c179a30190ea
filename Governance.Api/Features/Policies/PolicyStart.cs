using Governance.Masking;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Policies;

/// <summary>Puts the policies in force before the first call; without sound ones the service does not start.</summary>
internal static class PolicyStart
{
    /// <summary>Loads the policies.</summary>
    /// <exception cref="StartupException">The policies are at fault: all faults, with file and line.</exception>
    public static void Load(PolicyStore store)
    {
        var reload = store.Reload();
        if (store.Current is not null)
        {
            return;
        }

        var faults = reload.Faults.Count == 0 ? [reload.Why] : reload.Faults.Select(fault => fault.ToString());
        throw new StartupException(
            $"The policies in {store.Folder} are at fault:"
                + string.Concat(faults.Select(fault => $"{Environment.NewLine}  {fault}"))
                + $"{Environment.NewLine}Correct them, and start again; 'policy check' reads them without a start."
        );
    }
}

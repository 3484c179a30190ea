using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>
/// Options as they stand, without their validation: for what must be known before all settings are checked, or while they are. Asked
/// for the checked ones, one fault there would hide all others. A wrong setting stops the start all the same
/// (<see cref="ServiceRunner.Prepare"/>).
/// </summary>
internal sealed class UncheckedOptions<TOptions>(IEnumerable<IConfigureOptions<TOptions>> bindings)
    where TOptions : class, new()
{
    /// <summary>Reads them.</summary>
    public TOptions Read()
    {
        var options = new TOptions();
        foreach (var binding in bindings)
        {
            binding.Configure(options);
        }

        return options;
    }
}

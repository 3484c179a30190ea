using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Configuration;

/// <summary>Settings of the service itself; each feature has its own class.</summary>
internal sealed class GovernanceOptions : IValidatableObject
{
    public const string SectionName = "Governance";

    /// <summary>Where everything that the service keeps stands; relative to the folder that it is started from. Default: <c>./.governance</c>.</summary>
    [Required]
    public string DataDirectory { get; set; } = "./.governance";

    /// <summary>
    /// Where the keys stand, if not in the data directory: several processes on one vault need the same keys, such as by a folder that
    /// all of them see. Default: the folder <c>keys</c> in the data directory.
    /// </summary>
    public string? KeysDirectory { get; set; }

    /// <summary>Where it listens, where neither <c>--urls</c> nor <c>ASPNETCORE_URLS</c> says so. Default: <c>http://127.0.0.1:5080</c>.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:5080";

    /// <summary>
    /// Which parts of the service this process runs, with commas between: <c>api</c>, <c>stream</c>, <c>scheduler</c>; <c>--roles</c> is
    /// short for it. Default: all of them.
    /// </summary>
    public string Roles { get; set; } = string.Join(',', ServiceRoles.Names);

    /// <summary>The largest request body, in bytes. Default: 4 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public long MaxRequestBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long one part may take to say whether it is ready. Default: two seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Settings of the sandbox.</summary>
    [Required]
    public SandboxOptions Sandbox { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var name in Sandbox.Allow.Where(name => !SandboxPart.Names.Contains(name)))
        {
            yield return new ValidationResult(
                $"It names '{name}', which is no sandbox part; the parts are {string.Join(", ", SandboxPart.Names)}.",
                [$"{nameof(Sandbox)}:{nameof(SandboxOptions.Allow)}"]
            );
        }

        if (ServiceRoles.FaultOf(Roles) is { } fault)
        {
            yield return new ValidationResult(fault, [nameof(Roles)]);
        }

        if (!(Urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).All(CanBeListenedOn))
        {
            yield return new ValidationResult(
                "It is no address to listen on: write http://127.0.0.1:5080, or several with semicolons between.",
                [nameof(Urls)]
            );
        }
    }

    private static bool CanBeListenedOn(string address)
    {
        try
        {
            return BindingAddress.Parse(address).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

/// <summary>Settings of the sandbox.</summary>
internal sealed class SandboxOptions
{
    public const string AllowKey = "Governance:Sandbox:Allow";

    /// <summary>Sandbox parts that may start outside Development, named one by one. Default: none.</summary>
    public IList<string> Allow { get; } = [];

    /// <summary>
    /// In Development, a named point at which the process kills itself, and which time it is reached:
    /// <c>sink.appended:3</c>. Default: none.
    /// </summary>
    public string? KillAt { get; set; }
}

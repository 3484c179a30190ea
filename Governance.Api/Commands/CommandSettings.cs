using System.CommandLine;

namespace Governance.Api.Commands;

/// <summary>
/// The service's settings, for commands that work on its data directory: those of <c>appsettings.json</c> and of the environment, as the service
/// reads them, and what the command line adds.
/// </summary>
internal static class CommandSettings
{
    /// <summary>The option by which the command line adds settings.</summary>
    public static Option<string[]> Option() =>
        new("--set")
        {
            Description =
                "A setting of the service, as Governance:Keys:Kms:Key=projects/…; needed where the service has it from its own command line.",
            Recursive = true,
        };

    /// <summary>Reads them.</summary>
    /// <exception cref="MisuseException">One that was added is no name and value.</exception>
    public static IConfiguration Read(IReadOnlyList<string>? added)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in added ?? [])
        {
            var end = text.IndexOf('=', StringComparison.Ordinal);
            if (end <= 0)
            {
                throw new MisuseException("A setting is added as --set Name=value.");
            }

            settings[text[..end]] = text[(end + 1)..];
        }

        var environment =
            Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
            ?? Environments.Production;
        return new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(settings)
            .Build();
    }
}

using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Governance.Api.Configuration;
using Governance.Api.Storage.Postgres;

namespace Governance.Api.Commands;

/// <summary>
/// The service's own settings, as far as a command needs them: those of <c>appsettings.json</c> and of the environment, as the service
/// reads them, and what the command line adds.
/// </summary>
/// <param name="Configuration">All of them; they say what wraps the keys.</param>
/// <param name="Postgres">Where state and vault stand.</param>
/// <param name="KeysDirectory">Where the keys stand, if not in the data directory.</param>
internal sealed record CommandSettings(IConfiguration Configuration, PostgresOptions Postgres, string? KeysDirectory)
{
    /// <summary>The option by which the command line adds settings.</summary>
    public static Option<string[]> Option() =>
        new("--set")
        {
            Description =
                "A setting of the service, as Governance:Keys:Kms:Key=projects/…; needed where the service has it from its own command line. Passwords belong into the environment.",
            Recursive = true,
        };

    /// <summary>Reads them.</summary>
    /// <param name="added">What the command line adds.</param>
    /// <exception cref="MisuseException">They are wrong.</exception>
    public static CommandSettings Read(IReadOnlyList<string>? added = null)
    {
        var environment =
            Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
            ?? Environments.Production;
        var configuration = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(Parse(added ?? []))
            .Build();
        var postgres = new PostgresOptions
        {
            ConnectionString = configuration[
                $"{PostgresOptions.SectionName}:{nameof(PostgresOptions.ConnectionString)}"
            ],
            // Whoever waits at a terminal wants to know at once.
            StartTimeout = TimeSpan.Zero,
        };
        var faults = postgres.Validate(new ValidationContext(postgres)).Select(fault => fault.ErrorMessage).ToArray();
        return faults.Length == 0
            ? new CommandSettings(
                configuration,
                postgres,
                configuration[$"{GovernanceOptions.SectionName}:{nameof(GovernanceOptions.KeysDirectory)}"]
            )
            : throw new MisuseException(
                $"{PostgresOptions.SectionName}:{nameof(PostgresOptions.ConnectionString)}: {string.Join(" ", faults)}"
            );
    }

    /// <summary>The folder of the keys that belong to a data directory.</summary>
    public string KeysOf(string root) =>
        string.IsNullOrWhiteSpace(KeysDirectory) ? Path.Combine(root, "keys") : Path.GetFullPath(KeysDirectory);

    private static Dictionary<string, string?> Parse(IReadOnlyList<string> added)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in added)
        {
            var end = text.IndexOf('=', StringComparison.Ordinal);
            if (end <= 0)
            {
                throw new MisuseException("A setting is added as --set Name=value.");
            }

            settings[text[..end]] = text[(end + 1)..];
        }

        return settings;
    }
}

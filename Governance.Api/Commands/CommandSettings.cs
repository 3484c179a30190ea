using System.ComponentModel.DataAnnotations;
using Governance.Api.Configuration;
using Governance.Api.Storage.Postgres;

namespace Governance.Api.Commands;

/// <summary>
/// The service's own settings, as far as a command needs them, from where the service has them: its settings files and the environment.
/// A connection string holds a password, so no option takes it.
/// </summary>
/// <param name="Postgres">Where state and vault stand.</param>
/// <param name="KeysDirectory">Where the keys stand, if not in the data directory.</param>
internal sealed record CommandSettings(PostgresOptions Postgres, string? KeysDirectory)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="MisuseException">They are wrong.</exception>
    public static CommandSettings Read()
    {
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environments.Production;
        var configuration = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables()
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
}

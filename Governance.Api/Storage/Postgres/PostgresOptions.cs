using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>PostgreSQL for state and vault.</summary>
internal sealed class PostgresOptions : IValidatableObject
{
    public const string SectionName = "Governance:Postgres";

    /// <summary>
    /// Where state and vault stand, as Npgsql reads it: <c>Host=…;Database=…;Username=…;Password=…</c>. Give it by the environment
    /// (<c>Governance__Postgres__ConnectionString</c>), and leave the password to a file (<c>Passfile=…</c>) where that can be. It leads to
    /// the server itself or to a pool of sessions; one of transactions would lose the locks. Default: none, which means SQLite.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>How long a start waits for a server that does not answer. Default: thirty seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether PostgreSQL is chosen.</summary>
    public bool IsChosen => !string.IsNullOrWhiteSpace(ConnectionString);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        IsChosen && Fault() is { } fault ? [new ValidationResult(fault, [nameof(ConnectionString)])] : [];

    // No message of Npgsql's: it may quote what stands there.
    private string? Fault()
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            return "It is no connection string of Npgsql: Host=…;Database=…;Username=…;Password=….";
        }

        return string.IsNullOrWhiteSpace(settings.Host) ? "It names no host: add Host=…."
            : settings.Host.Contains(',', StringComparison.Ordinal)
                ? "It names several hosts. Name the one that is written to; a failover moves that name."
            : string.IsNullOrWhiteSpace(settings.Database) ? "It names no database: add Database=…."
            : settings.Multiplexing ? "Multiplexing shares connections, and locks belong to one: leave it out."
            : null;
    }
}

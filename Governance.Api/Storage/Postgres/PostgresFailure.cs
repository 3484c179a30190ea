using System.Net.Sockets;
using Npgsql;

namespace Governance.Api.Storage.Postgres;

/// <summary>Why PostgreSQL could not be used, in words for the operator; the driver's own may quote data.</summary>
internal static class PostgresFailure
{
    /// <summary>The words; <see langword="null"/> where a fault is none of PostgreSQL's.</summary>
    public static string? Describe(Exception exception)
    {
        for (var one = exception; one is not null; one = one.InnerException)
        {
            if (one is PostgresException refused)
            {
                return $"PostgreSQL refuses (SQLSTATE {refused.SqlState}). {Next}";
            }

            if (one is NpgsqlException)
            {
                return one.GetBaseException() is SocketException { SocketErrorCode: var code }
                    ? $"PostgreSQL does not answer ({code}). {Next}"
                    : $"PostgreSQL does not answer. {Next}";
            }
        }

        return null;
    }

    private static string Next =>
        $"See that it runs, and that {PostgresOptions.SectionName}:{nameof(PostgresOptions.ConnectionString)} names it, a database, and a user who may use it; then start again.";
}

using System.Globalization;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>Dates and instants, checked before they become part of a stored definition.</summary>
internal static class InstantLiterals
{
    /// <summary>As <c>yyyy-MM-dd</c>.</summary>
    public static string? Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;

    /// <summary>From RFC 3339, to microseconds, in UTC.</summary>
    public static string? Timestamp(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var instant
        )
            ? Of(instant)
            : null;

    /// <summary>An instant to microseconds, in UTC.</summary>
    public static string Of(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture);
}

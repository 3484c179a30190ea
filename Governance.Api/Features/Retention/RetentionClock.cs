using System.Globalization;
using Governance.Masking.Contracts;
using NodaTime;
using NodaTime.Extensions;

namespace Governance.Api.Features.Retention;

/// <summary>From which event on rows are kept: today's beginning in UTC, less the period by the calendar.</summary>
internal static class RetentionClock
{
    /// <summary>Rows whose event is older than this have been kept long enough.</summary>
    public static DateTimeOffset Before(RetentionPeriod period, DateTimeOffset now)
    {
        var today = now.ToInstant().InUtc().Date;
        var day = period.Unit switch
        {
            "d" => today.PlusDays(-period.Value),
            "m" => today.PlusMonths(-period.Value),
            _ => today.PlusYears(-period.Value),
        };
        return day.AtStartOfDayInZone(DateTimeZone.Utc).ToDateTimeOffset();
    }

    /// <summary>As the contract says it.</summary>
    public static string Text(RetentionPeriod period) =>
        string.Create(CultureInfo.InvariantCulture, $"{period.Value}{period.Unit}");
}

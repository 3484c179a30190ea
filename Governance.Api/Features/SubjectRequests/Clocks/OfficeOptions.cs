using System.ComponentModel.DataAnnotations;
using NodaTime;
using NodaTime.Text;

namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>Where the people who work on requests are: what the legal deadline is counted by.</summary>
internal sealed class OfficeOptions : IValidatableObject
{
    public const string SectionName = "Governance:SubjectRequests:Office";

    /// <summary>
    /// Whose public holidays count: <c>england-and-wales</c> (default), <c>scotland</c>, <c>northern-ireland</c>, <c>ireland</c> or
    /// <c>germany</c>.
    /// </summary>
    [Required]
    public string Region { get; set; } = "england-and-wales";

    /// <summary>The time zone in which a day begins and ends, by its name in the tz database. Default: Europe/London.</summary>
    [Required]
    public string TimeZone { get; set; } = "Europe/London";

    /// <summary>Holidays that the data does not know: proclaimed once, or of a part of the region; such as <c>2026-06-15</c>. Default: none.</summary>
    public IList<string> ExtraHolidays { get; } = [];

    /// <summary>How often deadlines are looked at, to warn of those that are near or past; default 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan DeadlineCheckInterval { get; set; } = TimeSpan.FromMinutes(15);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!HolidayCalendar.Regions.Contains(Region, StringComparer.Ordinal))
        {
            yield return new ValidationResult(
                $"There are no holidays of this region; it is one of {string.Join(", ", HolidayCalendar.Regions)}.",
                [nameof(Region)]
            );
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone ?? "") is null)
        {
            yield return new ValidationResult(
                "The tz database has no such zone: write a name such as Europe/London.",
                [nameof(TimeZone)]
            );
        }

        if (ExtraHolidays.Any(day => !LocalDatePattern.Iso.Parse(day).Success))
        {
            yield return new ValidationResult("Write days as 2026-06-15.", [nameof(ExtraHolidays)]);
        }
    }
}

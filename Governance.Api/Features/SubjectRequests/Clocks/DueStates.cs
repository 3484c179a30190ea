namespace Governance.Api.Features.SubjectRequests.Clocks;

/// <summary>How an open request stands against its legal deadline.</summary>
internal static class DueStates
{
    public const string Late = "late";
    public const string Soon = "soon";
    public const string InTime = "in_time";

    /// <summary>The state with so many days left; the last day itself is still in time, and soon.</summary>
    public static string Of(int daysLeft, int soonDays) =>
        daysLeft < 0 ? Late
        : daysLeft <= soonDays ? Soon
        : InTime;
}

namespace Governance.Api.Configuration;

/// <summary>How long a worker leaves alone what has failed.</summary>
internal static class RetryPause
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Doubles with each failure, up to five minutes.</summary>
    /// <param name="failures">How many there were.</param>
    /// <param name="first">The pause after the first.</param>
    public static TimeSpan After(int failures, TimeSpan first)
    {
        var pause = first * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return pause < Longest ? pause : Longest;
    }
}

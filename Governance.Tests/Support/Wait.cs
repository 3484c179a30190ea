using System.Diagnostics;

namespace Governance.Tests.Support;

/// <summary>Waits for what other threads and processes do.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">Said where it does not hold in time.</param>
    /// <param name="seconds">How long it may take.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, int seconds = 60)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(since).TotalSeconds > seconds)
            {
                throw new TimeoutException($"After {seconds} seconds still not: {what()}");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 60) =>
        UntilAsync(condition, () => what, seconds);
}

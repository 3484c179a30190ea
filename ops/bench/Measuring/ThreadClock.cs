using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Governance.Bench.Measuring;

/// <summary>
/// Processor time of the calling thread: what others do on the machine does not count (but for what they do to its caches). Where the
/// system has no such clock (other than Linux), the time that passed.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    /// <summary>What <see cref="Nanoseconds"/> counts, for the table's reader.</summary>
    public static string Kind => OperatingSystem.IsLinux() ? "processor time of one thread" : "time that passed";

    /// <summary>Nanoseconds since some moment.</summary>
    public static long Nanoseconds()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
        }

        _ = GetTime(ThreadProcessorTime, out var time);
        return (time.Seconds * 1_000_000_000L) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

using System.Diagnostics;

namespace Governance.Bench.Measuring;

/// <summary>Keeps what is measured on one core.</summary>
internal static class OneCore
{
    /// <summary>Pins the calling process to the last of its processors where the system can; says where it is.</summary>
    public static string Pin()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
        {
            return "one thread, not pinned";
        }

        using var process = Process.GetCurrentProcess();
        var allowed = (ulong)process.ProcessorAffinity;
        var last = 63 - (int)ulong.LeadingZeroCount(allowed);
        process.ProcessorAffinity = (nint)(1L << last);
        return $"one thread, pinned to processor {last}";
    }
}

using System.Globalization;

namespace Governance.Tests.Support;

/// <summary>What the operating system says of a process's memory.</summary>
internal static class ProcessMemory
{
    private const string Folder = "/proc";

    public static void SkipWithout() =>
        Assert.SkipUnless(
            Directory.Exists($"{Folder}/self"),
            "There is no /proc that tells how much memory a process has."
        );

    /// <summary>Bytes of a process that are in memory (RSS).</summary>
    public static long Resident(int process)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"{Folder}/{process}/status"))
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1_024;
    }
}

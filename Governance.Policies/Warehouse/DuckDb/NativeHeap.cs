using System.Runtime.InteropServices;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// The C library's heap, where DuckDB has its small objects. To move its log into its file it makes very many for a moment, on whatever thread that
/// falls; glibc has an arena for each thread and keeps what becomes free in the midst of one, so that a process grows with every thread that had its turn.
/// </summary>
internal sealed partial class NativeHeap
{
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(10);
    private long _last = Environment.TickCount64;

    /// <summary>Gives free pages back to the system, now and then: it takes milliseconds, in which nobody allocates.</summary>
    public void GiveBack()
    {
        var (last, now) = (Volatile.Read(ref _last), Environment.TickCount64);
        if (now - last < s_rest.TotalMilliseconds || Interlocked.CompareExchange(ref _last, now, last) != last)
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = Trim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // Of C libraries glibc alone keeps so much, and has a call for it.
            }
        }
    }

    // https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint pad);
}

using System.Diagnostics;

namespace Governance.Bench.Stream;

/// <summary>What a run cost.</summary>
/// <param name="Records">How many records went through.</param>
/// <param name="Cpu">Processor time of the whole process: clients, broker, collector and all.</param>
/// <param name="Passed">Time that passed.</param>
/// <param name="Allocated">Bytes that managed code allocated.</param>
internal sealed record Measured(long Records, TimeSpan Cpu, TimeSpan Passed, long Allocated)
{
    public double PerCpuSecond => Records / Cpu.TotalSeconds;

    public double PerSecond => Records / Passed.TotalSeconds;

    /// <summary>
    /// Runs until all records are done with. Measured is from when the first batch is done with: before it a consumer waits three seconds for
    /// other members of its group, and tables are made.
    /// </summary>
    public static async Task<Measured> OfAsync(long records, Func<long> done, Func<CancellationToken, Task> run)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => run(stop.Token));
        var first = await ReachAsync(1, done, running);
        process.Refresh();
        var cpu = process.TotalProcessorTime;
        var since = Stopwatch.GetTimestamp();
        var allocated = GC.GetTotalAllocatedBytes();
        await ReachAsync(records, done, running);
        var passed = Stopwatch.GetElapsedTime(since);
        process.Refresh();
        var measured = new Measured(
            records - first,
            process.TotalProcessorTime - cpu,
            passed,
            GC.GetTotalAllocatedBytes() - allocated
        );
        await stop.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        return measured;
    }

    private static async Task<long> ReachAsync(long records, Func<long> done, Task running)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var count = done();
            if (count >= records)
            {
                return count;
            }

            if (running.IsFaulted)
            {
                await running;
            }

            if (Stopwatch.GetElapsedTime(since).TotalMinutes > 5)
            {
                throw new TimeoutException($"After five minutes {count} of {records} records went through.");
            }

            await Task.Delay(10);
        }
    }
}

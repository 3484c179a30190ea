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

    /// <summary>Runs until all records are done with.</summary>
    public static async Task<Measured> OfAsync(long records, Func<long> done, Func<CancellationToken, Task> run)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        using var stop = new CancellationTokenSource();
        var cpu = process.TotalProcessorTime;
        var since = Stopwatch.GetTimestamp();
        var allocated = GC.GetTotalAllocatedBytes();
        var running = Task.Run(() => run(stop.Token));
        while (done() < records)
        {
            if (running.IsFaulted)
            {
                await running;
            }

            if (Stopwatch.GetElapsedTime(since).TotalMinutes > 5)
            {
                throw new TimeoutException($"After five minutes {done()} of {records} records went through.");
            }

            await Task.Delay(5);
        }

        var passed = Stopwatch.GetElapsedTime(since);
        process.Refresh();
        var measured = new Measured(
            records,
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
}

using System.Globalization;
using Governance.Api.Configuration;
using Governance.Masking.Columns;
using Governance.Masking.Files;
using Spectre.Console;

namespace Governance.Api.Commands;

/// <summary>A bar that is drawn while somebody looks; where the error output goes to a file, nothing is drawn.</summary>
internal static class MaskProgress
{
    /// <summary>Runs the work and shows how far it is.</summary>
    /// <param name="terminal">Where it is drawn.</param>
    /// <param name="length">Length of the input, in bytes.</param>
    /// <param name="report">What is told.</param>
    /// <param name="run">The work.</param>
    public static Task ShowAsync(
        Terminal terminal,
        long length,
        MaskReport report,
        Func<IFileMaskingObserver, Task> run
    )
    {
        if (!terminal.IsWatched)
        {
            return run(report);
        }

        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(terminal.Error),
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
            }
        );
        return console
            .Progress()
            .AutoClear(true)
            .Columns(
                new ProgressBarColumn(),
                new PercentageColumn(),
                new TaskDescriptionColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(context =>
            {
                var task = context.AddTask("masking", maxValue: Math.Max(length, 1));
                return run(new Drawn(report, task));
            });
    }

    private sealed class Drawn(MaskReport report, ProgressTask task) : IFileMaskingObserver
    {
        public void OnBatch(long bytesRead, int masked)
        {
            report.OnBatch(bytesRead, masked);
            task.Value = bytesRead;
            task.Description = string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Masked} masked, {report.Rejected} rejected, {report.Rate:0} a second"
            );
        }

        public void OnLeftOut(long record, RecordFault fault) => report.OnLeftOut(record, fault);
    }
}

using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>
/// Writes log entries as lines. Of an exception it writes type and stack, not the message: drivers and parsers quote the
/// data that they choke on. Scopes are left out, since ASP.NET puts request paths there.
/// </summary>
internal sealed class DiscreetFormatter(IOptions<DiscreetFormatterOptions> options, TimeProvider time)
    : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "discreet";

    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        if (string.Equals(logEntry.EventId.Name, "HostedServiceStartupFaulted", StringComparison.Ordinal))
        {
            return; // What stops the start is said once, by ServiceRunner.
        }

        textWriter.Write(time.GetUtcNow().ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        textWriter.Write(' ');
        textWriter.Write(Word(logEntry.LogLevel));
        textWriter.Write(' ');
        textWriter.Write(logEntry.Category);
        textWriter.Write(": ");
        textWriter.WriteLine(logEntry.Formatter(logEntry.State, null));
        for (var exception = logEntry.Exception; exception is not null; exception = exception.InnerException)
        {
            textWriter.Write("  ");
            textWriter.Write(exception.GetType().FullName);
            textWriter.WriteLine(options.Value.IncludeExceptionMessages ? $": {exception.Message}" : "");
            if (exception.StackTrace is { } stack)
            {
                textWriter.WriteLine(stack);
            }
        }
    }

    private static string Word(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info ",
            LogLevel.Warning => "warn ",
            LogLevel.Error => "error",
            LogLevel.Critical => "fatal",
            _ => "none ",
        };
}

/// <summary>Settings of <see cref="DiscreetFormatter"/>, under <c>Logging:Console:FormatterOptions</c>.</summary>
internal sealed class DiscreetFormatterOptions : ConsoleFormatterOptions
{
    /// <summary>Writes messages of exceptions, too; they may hold personal data. Default: no.</summary>
    public bool IncludeExceptionMessages { get; set; }
}

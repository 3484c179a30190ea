using Governance.Api.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Configuration;

public sealed class DiscreetFormatterTests
{
    [Fact]
    public void Write_AnEntryWithAnException_LeavesItsMessagesOut()
    {
        var text = Write(new DiscreetFormatterOptions());

        text.Should()
            .StartWith("12:30:00.000Z error Category: Something failed.")
            .And.Contain("System.InvalidOperationException")
            .And.Contain("System.FormatException")
            .And.NotContain("canary7f3a");
    }

    [Fact]
    public void Write_WhenAskedForMessages_GivesThem() =>
        Write(new DiscreetFormatterOptions { IncludeExceptionMessages = true }).Should().Contain("canary7f3a");

    private static string Write(DiscreetFormatterOptions options)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 30, 0, TimeSpan.Zero));
        var formatter = new DiscreetFormatter(Options.Create(options), time);
        var exception = new InvalidOperationException("canary7f3a", new FormatException("canary7f3a"));
        using var writer = new StringWriter();
        formatter.Write(
            new LogEntry<string>(
                LogLevel.Error,
                "Category",
                default,
                "Something failed.",
                exception,
                (state, _) => state
            ),
            scopeProvider: null,
            writer
        );
        return writer.ToString();
    }
}

namespace Governance.Api.Configuration;

/// <summary>Where a program speaks to its operator; injected, so that tests listen.</summary>
internal sealed record Terminal(TextWriter Out, TextWriter Error, TextReader? In = null)
{
    /// <summary>Whether somebody looks at <see cref="Error"/> while it is written, so that a line may be drawn anew.</summary>
    public bool IsWatched { get; init; }

    // The one place that may know the console.
#pragma warning disable RS0030
    public static Terminal Standard =>
        new(Console.Out, Console.Error, Console.In)
        {
            IsWatched = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb",
        };
#pragma warning restore RS0030
}

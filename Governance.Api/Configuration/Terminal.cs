namespace Governance.Api.Configuration;

/// <summary>Where a program speaks to its operator; injected, so that tests listen.</summary>
internal sealed record Terminal(TextWriter Out, TextWriter Error, TextReader? In = null)
{
    // The one place that may know the console.
#pragma warning disable RS0030
    public static Terminal Standard => new(Console.Out, Console.Error, Console.In);
#pragma warning restore RS0030
}

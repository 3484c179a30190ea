using System.Diagnostics;
using System.Text;

namespace Governance.Tests.Warehouse.DuckDb;

/// <summary>Runs an explicit test of this assembly in a process of its own, which a test may kill.</summary>
internal static class Child
{
    private const string Command = "GOVERNANCE_CHILD_COMMAND";
    private const string Argument = "GOVERNANCE_CHILD_ARGUMENT";

    /// <summary>In the child: what it was started for.</summary>
    public static (string Command, string Argument) Arguments()
    {
        var command = Environment.GetEnvironmentVariable(Command);
        Assert.SkipWhen(command is null, "Runs only in a process that another test starts.");
        return (command!, Environment.GetEnvironmentVariable(Argument)!);
    }

    /// <summary>In the child: tells the parent something. The test platform keeps the console for itself, hence the raw handle.</summary>
    public static async Task SayAsync(string line)
    {
        await using var output = new FileStream(
            new Microsoft.Win32.SafeHandles.SafeFileHandle(1, ownsHandle: false),
            FileAccess.Write,
            bufferSize: 0
        );
        await output.WriteAsync(Encoding.UTF8.GetBytes($"{Environment.NewLine}{line}{Environment.NewLine}"));
    }

    /// <summary>In the parent: starts the explicit test of a class.</summary>
    public static Process Start(string testClass, string command, string argument)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Governance.Tests"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (
            var word in new[] { "-class", typeof(Child).Namespace + "." + testClass, "-explicit", "only", "-noLogo" }
        )
        {
            start.ArgumentList.Add(word);
        }

        start.Environment[Command] = command;
        start.Environment[Argument] = argument;
        return Process.Start(start)!;
    }

    /// <summary>In the parent: runs it to its end; gives what it wrote.</summary>
    public static async Task<string> RunAsync(
        string testClass,
        string command,
        string argument,
        CancellationToken cancellationToken
    )
    {
        using var process = Start(testClass, command, argument);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return await output + await errors;
    }

    /// <summary>Reads until a line says this.</summary>
    public static async Task ReadUntilAsync(
        this StreamReader reader,
        string expected,
        CancellationToken cancellationToken
    )
    {
        var seen = new StringBuilder();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            seen.AppendLine(line);
            if (line.Contains(expected, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The child ended before it said '{expected}': {seen}");
    }
}

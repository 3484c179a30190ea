using System.Diagnostics;
using System.Text;
using Governance.Tests.Keys;
using Governance.Tests.Vault;
using Governance.Tests.Warehouse.DuckDb;

namespace Governance.Tests.Support;

/// <summary>This program once more, in a process of its own, which a test may kill.</summary>
internal static class Child
{
    public const string Flag = "--child";

    /// <summary>In the child: does what it was started for.</summary>
    public static async Task<int> DoAsync(string command, string argument)
    {
        await (
            command switch
            {
                "warehouse-open" => WarehouseChild.OpenAsync(argument),
                "warehouse-append" => WarehouseChild.AppendForEverAsync(argument),
                "keys-hold" => KeysChild.HoldAsync(argument),
                "keys-rotate" => KeysChild.RotateForEverAsync(argument),
                "vault-resolve" => VaultChild.ResolveAsync(argument),
                "vault-watch" => VaultChild.WatchAsync(argument),
                _ => throw new ArgumentException($"No such command: {command}.", nameof(command)),
            }
        );
        return 0;
    }

    /// <summary>In the child: tells the parent a line.</summary>
    public static async Task SayAsync(string line)
    {
        await using var output = new FileStream(
            new Microsoft.Win32.SafeHandles.SafeFileHandle(1, ownsHandle: false),
            FileAccess.Write,
            bufferSize: 0
        );
        await output.WriteAsync(Encoding.UTF8.GetBytes($"{line}{Environment.NewLine}"));
    }

    /// <summary>In the parent: starts it.</summary>
    public static Process Start(string command, string argument) =>
        Process.Start(
            new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Governance.Tests"), [Flag, command, argument])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;

    /// <summary>In the parent: runs it to its end; gives what it said.</summary>
    public static async Task<string> RunAsync(string command, string argument, CancellationToken cancellationToken)
    {
        using var process = Start(command, argument);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return output;
    }
}

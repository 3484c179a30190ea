using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Governance.Tests.Support;

/// <summary>The built service as a process of its own: for what only a process shows (exit status, signals, its console).</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(
        string environment,
        string[] arguments,
        string? workingDirectory,
        IReadOnlyDictionary<string, string>? variables
    )
    {
        var start = new ProcessStartInfo(DotNet)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = environment },
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Governance.Api.dll"));
        foreach (var (name, value) in variables ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that it wrote, to both streams.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended, however.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>The program that runs .NET programs.</summary>
    public static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Starts it; arguments as on the command line.</summary>
    public static ServiceProcess Start(
        string[] arguments,
        string environment = "Development",
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? variables = null
    ) => new(environment, arguments, workingDirectory, variables);

    /// <summary>Starts it on a free port, without generated data, and waits until it listens.</summary>
    public static async Task<(ServiceProcess Process, Uri Address)> ServeAsync(
        string dataDirectory,
        params string[] more
    )
    {
        var process = Start([
            "--urls=http://127.0.0.1:0",
            $"--Governance:DataDirectory={dataDirectory}",
            "--Governance:Sandbox:Generator:Enabled=false",
            .. more,
        ]);
        return (process, await process.AddressAsync());
    }

    /// <summary>Where it listens.</summary>
    /// <param name="patience">How long its start may take; a minute by default.</param>
    /// <exception cref="InvalidOperationException">It ended before it listened.</exception>
    public async Task<Uri> AddressAsync(TimeSpan? patience = null)
    {
        var ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_address.Task, ended).WaitAsync(patience ?? Patience) == ended)
        {
            throw new InvalidOperationException($"It ended with {_process.ExitCode}: {Output}");
        }

        return await _address.Task;
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop (SIGTERM), as an operator does, and waits for its end.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> StopAsync()
    {
        (await Tool.RunAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])).Succeeded();
        return await ExitCodeAsync();
    }

    /// <summary>Kills it (SIGKILL), and waits for its end.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (AddressPattern.Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }

    [GeneratedRegex("^ +service +(?<address>http://[^ ]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AddressPattern { get; }
}

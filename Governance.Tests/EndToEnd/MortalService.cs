using System.Diagnostics;
using System.Globalization;
using Governance.Masking.Kafka;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.EndToEnd;

/// <summary>
/// A service in a child process that is killed again and again over one data directory. Its broker and schema registry are
/// those of another service, which lives on.
/// </summary>
internal sealed class MortalService(
    SandboxHost neighbour,
    string dataDirectory,
    ITestOutputHelper output,
    params string[] settings
)
{
    private const int Killed = 128 + 9;
    private int _lives;

    /// <summary>How often it was killed.</summary>
    public int Deaths { get; private set; }

    /// <summary>Starts it, and waits until it has killed itself at a named point.</summary>
    /// <param name="point">The point, and which time it is reached.</param>
    /// <param name="work">What it is asked to do; it may die meanwhile.</param>
    public async Task DieAtAsync(string point, Func<ServiceClient, Task>? work = null)
    {
        await using var process = Start($"--Governance:Sandbox:KillAt={point}");
        if (work is not null)
        {
            using var client = new ServiceClient(await process.AddressAsync());
            try
            {
                await work(client);
            }
            catch (HttpRequestException)
            {
                // It died before it could answer; what was asked for last must be done all the same.
            }
        }

        (await process.ExitCodeAsync()).Should().Be(Killed, "{0} is reached; it wrote: {1}", point, process.Output);
        Died($"at {point}");
    }

    /// <summary>Starts it, and kills it somewhere behind this many events.</summary>
    public async Task DieWhileSinkingAsync(long events)
    {
        await using var process = Start();
        using var client = new ServiceClient(await process.AddressAsync());
        await Wait.UntilAsync(
            async () => await client.StreamTotalAsync("consumed") >= events,
            () => $"{events} events consumed; it wrote: {process.Output}"
        );
        await process.KillAsync();
        Died($"behind {events} events");
    }

    /// <summary>Starts it, and stops it in order when the work is done.</summary>
    public async Task RunAsync(Func<ServiceClient, Task> work)
    {
        await using var process = Start();
        using var client = new ServiceClient(await process.AddressAsync());
        await work(client);
        (await process.StopAsync()).Should().Be(0, process.Output);
    }

    private ServiceProcess Start(params string[] more)
    {
        var broker = neighbour.Services.GetRequiredService<IKafkaEndpoint>();
        _lives++;
        return ServiceProcess.Start([
            "--urls=http://127.0.0.1:0",
            $"--Governance:DataDirectory={dataDirectory}",
            $"--Governance:Kafka:BootstrapServers={broker.BootstrapServers}",
            $"--Governance:Kafka:SourceId={broker.SourceId}",
            $"--Governance:SchemaRegistry:Url={neighbour.Address}registry",
            "--Governance:Interceptor:BatchSize=100",
            // Its passes would take rows of the past away that the other service keeps.
            "--Governance:Retention:Enabled=false",
            // A group of its own each time: the broker would wait for the dead member for most of a minute.
            string.Create(CultureInfo.InvariantCulture, $"--Governance:Interceptor:GroupId=life-{_lives}"),
            .. settings,
            .. more,
        ]);
    }

    private void Died(string how)
    {
        Deaths++;
        output.WriteLine($"{Stopwatch.GetTimestamp() / Stopwatch.Frequency} s: death {Deaths}, {how}");
    }
}

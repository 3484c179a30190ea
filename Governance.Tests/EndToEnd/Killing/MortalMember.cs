using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd.Killing;

/// <summary>A member of the group in a process of its own, which is killed and started again over the same data directory.</summary>
internal sealed class MortalMember(string name, Func<string, ServiceProcess> start, Dice dice, Action<string> tell)
    : IAsyncDisposable
{
    // Beyond it, it is no fault of the weather.
    private const int MostFailedStarts = 20;

    // What it needs may be away meanwhile.
    private static readonly TimeSpan s_startsWithin = TimeSpan.FromMinutes(5);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly List<string> _pasts = [];
    private ServiceProcess? _process;
    private Uri? _address;
    private Task _coming = Task.CompletedTask;

    public string Name => name;

    public int Deaths { get; private set; }

    /// <summary>How often it was killed after it had landed something since its start.</summary>
    public int DeathsAtWork { get; private set; }

    /// <summary>How often it could not start, because what it needs was away, and ended by itself; whoever watches over it started it again.</summary>
    public int FailedStarts { get; private set; }

    /// <summary>Whether it serves.</summary>
    public bool IsUp => _coming.IsCompleted && _address is not null;

    /// <summary>All that it wrote, in all its lives.</summary>
    public IEnumerable<string> Lines => _pasts.Append(_process?.Output ?? "").SelectMany(text => text.Split('\n'));

    public async Task StartAsync()
    {
        _process = start(name);
        _address = await _process.AddressAsync(s_startsWithin);
    }

    /// <summary>Waits until it serves, or fails as its start did.</summary>
    public Task UpAsync() => _coming;

    /// <summary>Kills it, and starts it again after a while, which is not waited for.</summary>
    public async Task KillAsync()
    {
        _process!.HasEnded.Should().BeFalse("{0} ends by nothing but a kill; it wrote: {1}", name, _process.Output);
        var landed = await LandedAsync();
        await _process.KillAsync();
        Deaths++;
        DeathsAtWork += landed > 0 ? 1 : 0;
        _pasts.Add(_process.Output);
        await _process.DisposeAsync();
        (_process, _address) = (null, null);
        var pause = TimeSpan.FromMilliseconds(dice.Below(1_500));
        _coming = Task.Run(async () =>
        {
            await Task.Delay(pause);
            await StartAgainAsync();
        });
    }

    /// <summary>Stops it in order.</summary>
    public async Task StopAsync()
    {
        await _coming;
        (await _process!.StopAsync()).Should().Be(0, _process.Output);
    }

    public async Task<Scrape> ScrapeAsync() => await Scrape.OfAsync(_http, _address!);

    /// <summary>How many rows it has landed since its start; 0 where it is too busy to answer.</summary>
    public async Task<double> LandedAsync()
    {
        try
        {
            return (await ScrapeAsync()).Sum("governance_stream_masked_total");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _coming;
        }
        catch (InvalidOperationException)
        {
            // It did not start, and whoever waited for it was told.
        }

        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _http.Dispose();
    }

    private async Task StartAgainAsync()
    {
        while (true)
        {
            try
            {
                await StartAsync();
                return;
            }
            catch (InvalidOperationException) when (FailedStarts < MostFailedStarts)
            {
                FailedStarts++;
                tell($"  {name} did not start: {_process!.Output.Split('\n')[^1]}");
                (await _process.ExitCodeAsync()).Should().Be(1, _process.Output);
                _process.Output.Should().NotContain("Unhandled exception");
                _pasts.Add(_process.Output);
                await _process.DisposeAsync();
                _process = null;
            }
        }
    }
}

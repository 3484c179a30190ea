using System.Diagnostics;
using System.Globalization;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd.Killing;

/// <summary>
/// Two members of one group land records that are being written, are killed at random and start again, while broker, vault and warehouse fail for a while each;
/// then one member that nobody disturbs lands the same records once more, elsewhere, with the same keys and vault.
/// </summary>
internal sealed class KillRun : IAsyncDisposable
{
    private static readonly TimeSpan s_everySoOften = TimeSpan.FromSeconds(10);

    // The longest pause of the warehouse's client, a member that is taken for dead, and a machine that has other things to do.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly KillRunSettings _settings;
    private readonly KillWorld _world;
    private readonly Action<string> _tell;
    private readonly Dice _dice;
    private readonly LandedNotes _landed;
    private readonly MortalMember[] _members;

    public KillRun(KillRunSettings settings, KillWorld world, Action<string> tell)
    {
        _settings = settings;
        _world = world;
        _tell = tell;
        _dice = Dice.For(settings.Seed, "kills");
        _landed = new LandedNotes(world.Warehouse, KillWorld.Disturbed);
        _members =
        [
            .. new[] { "member-a", "member-b" }.Select(name => new MortalMember(
                name,
                own => world.Start(own, "members", KillWorld.Disturbed, batch: 1_000),
                Dice.For(settings.Seed, name),
                Tell
            )),
        ];
    }

    public int Kills => _members.Sum(member => member.Deaths);

    public int FailedStarts => _members.Sum(member => member.FailedStarts);

    public int KillsAtWork => _members.Sum(member => member.DeathsAtWork);

    public IReadOnlyDictionary<string, int> Faults { get; private set; } = new Dictionary<string, int>();

    /// <summary>How the erasure ended.</summary>
    public string? Erasure { get; private set; }

    /// <summary>The last lines of each member.</summary>
    public IEnumerable<string> LastLines(int each) =>
        _members.SelectMany(member => member.Lines.TakeLast(each).Prepend($"{member.Name}:"));

    /// <summary>How often members, in all their lives, wrote a line that holds these words.</summary>
    public int Said(string words) =>
        _members.Sum(member => member.Lines.Count(line => line.Contains(words, StringComparison.Ordinal)));

    /// <summary>The disturbed part, until all has landed.</summary>
    public async Task<NoteLog> DisturbAsync()
    {
        await Task.WhenAll(_members.Select(member => member.StartAsync()));
        Tell("both members are up");
        using var writer = new NoteWriter(_settings, _world.Broker.BootstrapServers, _world.Topics, _world.Schema);
        using var weather = new Weather(
            _world.Broker,
            _world.Postgres,
            _world.Warehouse,
            _settings,
            what => Tell($"  {what}")
        );
        using var stop = new CancellationTokenSource();
        var writing = writer.RunAsync(stop.Token);
        var storm = weather.RunAsync(stop.Token);
        try
        {
            await KillAllAsync(writer, weather, writing, storm);
            writer.Allow(long.MaxValue);
            await writing;
            await Wait.UntilAsync(
                () => Task.FromResult(weather.Told.Count == Weather.Kinds || storm.IsCompleted),
                "everything failed once"
            );
        }
        finally
        {
            using (await weather.CalmAsync())
            {
                // Whatever was down is up again.
                await stop.CancelAsync();
            }

            await Task.WhenAny(storm);
        }

        Faults = weather.Told;
        return await LandAllAsync(writer);
    }

    /// <summary>The undisturbed part.</summary>
    /// <returns>What its metrics say at the end.</returns>
    public async Task<Scrape> RunCalmAsync(long records)
    {
        await using var process = _world.Start("calm", "calm", KillWorld.Calm, batch: 5_000);
        using var http = new HttpClient();
        var address = await process.AddressAsync();
        Scrape? scrape = null;
        await Wait.UntilAsync(
            async () =>
                (scrape = await Scrape.OfAsync(http, address)).Sum("governance_stream_consumed_total") >= records,
            () => $"the undisturbed member consumed {records}; {process.Output}",
            seconds: 60 + (int)(records / 500)
        );
        (await process.StopAsync()).Should().Be(0, process.Output);
        Tell("the undisturbed member has landed all");
        return scrape!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }
    }

    private async Task KillAllAsync(NoteWriter writer, Weather weather, params Task[] running)
    {
        Task? erasing = null;
        var told = Stopwatch.GetTimestamp();
        while (Kills < _settings.Kills)
        {
            // So that records are written from the first kill to the last.
            writer.Allow((long)_settings.Records * (Kills + 1) / _settings.Kills);
            await WorkAsync();
            foreach (var failed in running.Append(erasing).Where(task => task is { IsFaulted: true }))
            {
                await failed!;
            }

            if (erasing is null && Kills >= _settings.EraseAtKill)
            {
                erasing = EraseAsync(weather);
            }

            var alive = _members.Where(member => member.IsUp).ToArray();
            if (alive.Length == 0)
            {
                await Task.WhenAny(_members.Select(member => member.UpAsync()));
                continue;
            }

            foreach (var victim in (await VictimsAsync(alive)).Take(_settings.Kills - Kills))
            {
                await victim.KillAsync();
            }

            if (Stopwatch.GetElapsedTime(told) > s_everySoOften)
            {
                told = Stopwatch.GetTimestamp();
                Tell(Progress(writer));
            }
        }

        Tell(Progress(writer));
        await erasing!;
    }

    /// <summary>Mostly one that has landed something since its start, at times any, or both.</summary>
    private async Task<MortalMember[]> VictimsAsync(MortalMember[] alive)
    {
        if (_dice.Below(8) == 0)
        {
            return alive;
        }

        var working = new List<MortalMember>();
        foreach (var member in alive)
        {
            if (await member.LandedAsync() > 0)
            {
                working.Add(member);
            }
        }

        return [_dice.Of(working.Count == 0 || _dice.Below(4) == 0 ? alive : [.. working])];
    }

    /// <summary>Waits until something landed since, though not for ever, and a little longer: the next kill comes in the midst of it.</summary>
    private async Task WorkAsync()
    {
        var (since, before) = (Stopwatch.GetTimestamp(), _landed.Count);
        while (_landed.Count <= before && Stopwatch.GetElapsedTime(since).TotalSeconds < 10)
        {
            foreach (var member in _members)
            {
                if (member.UpAsync() is { IsFaulted: true } failed)
                {
                    await failed;
                }
            }

            await Task.Delay(20);
        }

        await Task.Delay(_dice.Below(1_500));
    }

    private async Task EraseAsync(Weather weather)
    {
        using var calm = await weather.CalmAsync();
        // Whoever plans an erasure waits for batches that are being landed, and one whose request the warehouse lost waits a minute for its answer.
        using var client = new ServiceClient(_world.Host.Address, TimeSpan.FromMinutes(3));
        var ids = new List<string>();
        for (var person = _settings.People - _settings.Erased; person < _settings.People; person++)
        {
            var id = await client.SubmitErasureAsync("email", SmallRecords.Email(person));
            await client.ApproveAsync(id);
            ids.Add(id);
        }

        foreach (var id in ids)
        {
            var request = await client.EndedAsync(id, seconds: 300);
            Erasure = request.GetProperty("state").GetString()!;
            Erasure.Should().StartWith("completed", request.GetRawText());
        }

        if (ids.Count > 0)
        {
            Tell($"{ids.Count} people are erased, amid {Kills} kills");
        }
    }

    private async Task<NoteLog> LandAllAsync(NoteWriter writer)
    {
        await Task.WhenAll(_members.Select(member => member.UpAsync()));
        var log = NoteLog.Read(_world.Broker.BootstrapServers, _world.Topics, _settings.Partitions);
        Tell($"{log.Count} records stand in the topics, {writer.Written} were written");
        var expected = log.Of(NoteWriter.Good);
        var (before, moved, told) = (0L, Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        while (_landed.Count is var landed && landed < expected)
        {
            if (landed > before)
            {
                (before, moved) = (landed, Stopwatch.GetTimestamp());
            }

            Stopwatch
                .GetElapsedTime(moved)
                .Should()
                .BeLessThan(
                    s_patience,
                    "rows go on landing when nothing fails any more; {0} of {1} did",
                    landed,
                    expected
                );
            if (Stopwatch.GetElapsedTime(told) > s_everySoOften)
            {
                told = Stopwatch.GetTimestamp();
                Tell($"{landed} of {expected} rows landed");
            }

            await Task.Delay(100);
        }

        foreach (var member in _members)
        {
            await member.StopAsync();
        }

        Tell($"all has landed after {Kills} kills");
        return log;
    }

    private string Progress(NoteWriter writer) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Kills} of {_settings.Kills} kills ({KillsAtWork} at work), {writer.Written:N0} records written, {_landed.Count:N0} rows landed"
        );

    private void Tell(string what) =>
        _tell(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_began):mm\\:ss} {what}"));
}

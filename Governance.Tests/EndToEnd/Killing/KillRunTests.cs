using System.Diagnostics;
using System.Globalization;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd.Killing;

/// <summary>
/// Members of one group are killed (SIGKILL) again and again, and whatever they stand on fails for a while: in the end the tables are, row for row, those of a
/// member that nobody disturbed, and both hold what the topics say they must.
/// </summary>
public sealed class KillRunTests(ITestOutputHelper output)
{
    /// <summary>Chooses another run than the one by default, or the same as one that failed.</summary>
    private const string SeedVariable = "GOVERNANCE_KILL_SEED";

    /// <summary>How many kills the long run has.</summary>
    private const string KillsVariable = "GOVERNANCE_KILLS";

    [Fact]
    public Task Members_KilledWhileAllElseFails_LandWhatAnUndisturbedOneDoes() =>
        RunAsync(
            new KillRunSettings(Kills: 5, Records: 5_000, Topics: 3, Partitions: 2, Number(SeedVariable, 7))
            {
                FaultMilliseconds = 600,
                CalmMilliseconds = 1_500,
                FailsAgain = false,
            }
        );

    /// <summary>The same at length; <c>ops/long.sh kills</c> runs it.</summary>
    [Fact(Explicit = true)]
    public Task Members_KilledAHundredTimesOverManyRecords_LandWhatAnUndisturbedOneDoes() =>
        RunAsync(
            new KillRunSettings(
                Number(KillsVariable, 100),
                Records: 200_000,
                Topics: 12,
                Partitions: 2,
                Number(SeedVariable, (int)(Stopwatch.GetTimestamp() % 100_000))
            )
            {
                People = 2_000,
                // An erasure looks at all rows of all tables in one statement, and the stand-in's engine takes no more than 4 MB of them: people
                // are erased amid kills in the short run alone.
                Erased = 0,
            }
        );

    private async Task RunAsync(KillRunSettings settings)
    {
        output.WriteLine($"seed {settings.Seed}: {SeedVariable}={settings.Seed} makes the same choices again");
        await using var world = await KillWorld.StartAsync(settings);
        await using var run = new KillRun(settings, world, output.WriteLine);

        var log = await DisturbAsync(world, run);
        using var client = new ServiceClient(world.Host.Address);
        var quarantine = await client.QuarantineAsync();
        var calm = await run.RunCalmAsync(log.Count);

        Tell(run, log);
        // There was something to compare, and something to survive.
        run.Kills.Should().Be(settings.Kills);
        run.KillsAtWork.Should().BeGreaterThan(settings.Kills / 3, "members are killed in the midst of work");
        run.Faults.Should().HaveCount(Weather.Kinds);
        log.Count.Should().BeGreaterThan(settings.Records);
        (log.Of(NoteWriter.OfAnErased) > 0).Should().Be(settings.Erased > 0);
        var (partitions, withGoodBehindPoison) = log.Partitions();
        partitions.Should().Be(settings.Topics * settings.Partitions);
        withGoodBehindPoison.Should().Be(partitions, "in each partition something stands behind the poison");

        // Every record once, in its table or in quarantine or nowhere, as what it is demands.
        quarantine.Should().Equal(log.Poison());
        (await client.QuarantineAsync()).Should().Equal(quarantine, "the undisturbed member found the same");
        calm.By("governance_stream_quarantined_total", "code")
            .Should()
            .Equal(
                quarantine
                    .GroupBy(count => count.Code, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => group.Sum(count => count.Events))
            );
        calm.Sum("governance_stream_suppressed_total").Should().Be(log.Of(NoteWriter.OfAnErased));
        calm.Sum("governance_stream_masked_total").Should().Be(log.Of(NoteWriter.Good));
        calm.Sum("governance_stream_lost_total").Should().Be(0);
        Compare(world, log);
    }

    private async Task<NoteLog> DisturbAsync(KillWorld world, KillRun run)
    {
        try
        {
            return await run.DisturbAsync();
        }
        catch
        {
            var faults = world.Host.Logs.Where(line => line.StartsWith("Error", StringComparison.Ordinal));
            foreach (var line in run.LastLines(40).Append("the other process:").Concat(faults.TakeLast(20)))
            {
                output.WriteLine(line);
            }

            throw;
        }
    }

    private static void Compare(KillWorld world, NoteLog log)
    {
        var disturbed = new LandedNotes(world.Warehouse, KillWorld.Disturbed);
        var calm = new LandedNotes(world.Warehouse, KillWorld.Calm);
        foreach (var topic in world.Topics)
        {
            var rows = disturbed.Of(topic);
            var expected = log.Good(topic);
            expected.Should().NotBeEmpty();
            var places = rows.Select(row => (row.Partition, row.Offset)).ToList();
            places.Except(expected).Should().BeEmpty("{0} has no row that should not be", topic);
            expected.Except(places).Should().BeEmpty("{0} has lost no row", topic);
            places.Should().HaveCount(expected.Count, "{0} has no row twice", topic);
            var differing = rows.Zip(calm.Of(topic)).Where(pair => pair.First != pair.Second).Take(3).ToList();
            differing.Should().BeEmpty("{0} has the rows of the undisturbed run", topic);
            calm.Of(topic).Should().HaveCount(rows.Count);
            rows[0].Columns.Should().Contain("_source=kills").And.Contain("email=").And.NotContain("@mail.example");
        }
    }

    private void Tell(KillRun run, NoteLog log)
    {
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {run.Kills} kills, {run.KillsAtWork} of them after the member had landed something since its start; {run.FailedStarts} starts failed
                {log.Count:N0} records: {log.Of(NoteWriter.Good):N0} rows, {log.Poison().Sum(count =>
                    count.Events
                ):N0} quarantined, {log.Of(NoteWriter.OfAnErased):N0} of erased people
                {run.Faults.Values.Sum()} faults: {string.Join(
                    ", ",
                    run.Faults.Select(fault => $"{fault.Key} {fault.Value}")
                )}
                {run.Said("had landed without their position")} times rows had landed without their position, {run.Said(
                    "A batch did not land"
                )} batches were tried again
                """
            )
        );
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}

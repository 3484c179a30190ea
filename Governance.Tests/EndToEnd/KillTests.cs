using System.Diagnostics;
using System.Text.Json;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd;

/// <summary>
/// The service is killed (SIGKILL) over and over, while sinking and within an erasure. It runs as a child process; broker and
/// schema registry are those of a second, undisturbed service, which sinks the same records and erases the same person.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    /// <summary>Named points while sinking; the number is which time in that process.</summary>
    private static readonly string[] WhileSinking =
    [
        "sink.masked",
        "sink.quarantined:2",
        "sink.appended:2",
        "sink.masked:3",
        "sink.quarantined",
        "sink.appended",
    ];

    /// <summary>
    /// Named points of an erasure, in its order: each restart goes on to the next one. Every single point of an erasure is
    /// stopped at in the tests of the erasure itself, without the cost of a process.
    /// </summary>
    private static readonly string[] WhileErasing =
    [
        ErasureSteps.GateEntered,
        ErasureSteps.Suppressed,
        ErasureSteps.StatementRan,
        $"{ErasureSteps.OutcomeKept}:2",
        ErasureSteps.GateLeft,
        ErasureSteps.VerdictsKept,
        ErasureSteps.OwnedDestroyed,
        ErasureSteps.Completed,
    ];

    [Fact]
    public async Task Service_KilledWhileSinkingAndErasing_EndsAsAnUndisturbedOne()
    {
        var since = Stopwatch.GetTimestamp();
        using var calm = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        End undisturbed;
        End disturbed;
        await using (var host = await SandboxHost.StartAsync(dataDirectory: calm.Path))
        {
            using var client = new ServiceClient(host.Address);
            using var story = await Story.WriteAsync(host);
            var service = new MortalService(host, killed.Path, output);

            await LandedAsync(client, story.Records);
            var landed = await client.RowsAsync();
            landed.Should().HaveCount(8).And.OnlyContain(table => table.Value > 0);
            output.WriteLine($"{Stopwatch.GetElapsedTime(since)}: the undisturbed service has sunk");

            foreach (var point in WhileSinking)
            {
                await service.DieAtAsync(point);
            }

            await service.DieWhileSinkingAsync(10);
            await service.DieWhileSinkingAsync(700);
            await service.RunAsync(async alive =>
            {
                await Wait.UntilAsync(async () => (await alive.RowsAsync()).SequenceEqual(landed), "all has landed");
            });
            output.WriteLine($"{Stopwatch.GetElapsedTime(since)}: the killed service has sunk");

            undisturbed = await EndAsync(client, (await client.EraseAsync("email", story.Person.Email)).Id());
            var id = await EraseAsync(service, story);
            End? end = null;
            await service.RunAsync(async alive =>
            {
                end = await EndAsync(alive, id);
                await ReplayAsync(story, client, alive);
            });
            disturbed = end!;
            output.WriteLine($"{Stopwatch.GetElapsedTime(since)}: both have erased, after {service.Deaths} deaths");
            service.Deaths.Should().BeGreaterThan(10);
        }

        // What both are compared by is there, and not both times nothing.
        undisturbed.Request.Should().Contain("erased_verified");
        undisturbed.Ledger.Should().ContainSingle(action => action == "subject-request.completed");
        undisturbed.Quarantine.Select(count => count.Code).Should().Contain(["malformed_avro", "unknown_schema"]);

        disturbed.Request.Should().Be(undisturbed.Request);
        disturbed.Ledger.Should().Equal(undisturbed.Ledger);
        disturbed.Quarantine.Should().Equal(undisturbed.Quarantine);
        Tables(killed.Path).Should().Equal(Tables(calm.Path));
        Positions(killed.Path).Should().Equal(Positions(calm.Path));
        Origins(killed.Path).Should().Equal(Origins(calm.Path));
        output.WriteLine($"{Stopwatch.GetElapsedTime(since)}: done");
    }

    /// <summary>Erases the person, and dies at every point of it.</summary>
    /// <returns>The request's id.</returns>
    private static async Task<string> EraseAsync(MortalService service, Story story)
    {
        var id = "";
        await service.DieAtAsync(
            WhileErasing[0],
            async alive =>
            {
                id = await alive.SubmitErasureAsync("email", story.Person.Email);
                await alive.ApproveAsync(id);
            }
        );
        foreach (var point in WhileErasing.Skip(1))
        {
            await service.DieAtAsync(point);
        }

        return id;
    }

    /// <summary>Old events of the person come once more; neither service lets one in.</summary>
    private static async Task ReplayAsync(Story story, params ServiceClient[] clients)
    {
        var before = await Task.WhenAll(clients.Select(client => client.StreamTotalAsync("suppressed")));
        var sent = story.Replay();
        foreach (var (client, number) in clients.Zip(before))
        {
            await Wait.UntilAsync(
                async () => await client.StreamTotalAsync("suppressed") >= number + sent,
                "replayed events of the person are dropped"
            );
            (await client.StreamTotalAsync("suppressed")).Should().Be(number + sent);
        }
    }

    /// <summary>Everything that an erasure leaves, in a form that two services can be compared by.</summary>
    private static async Task<End> EndAsync(ServiceClient client, string id)
    {
        var request = await client.EndedAsync(id);
        var entries = (await client.GetAsync("auditor", "ledger?limit=1000"))
            .GetProperty("entries")
            .EnumerateArray()
            .Where(entry => entry.GetProperty("target").GetString()!.Contains(id, StringComparison.Ordinal))
            .Select(entry => entry.GetProperty("action").GetString()!)
            .ToArray();
        entries.Should().OnlyHaveUniqueItems("each step of an erasure is done once");
        var chain = await client.GetAsync("auditor", "ledger/verify");
        chain.GetProperty("intact").GetBoolean().Should().BeTrue();
        var receipt = await client.TextAsync("dpo", $"subject-requests/{id}/receipt");
        receipt.Split('.').Should().HaveCount(3);
        return new End(Describe(request), entries, await client.QuarantineAsync());
    }

    private static string Describe(JsonElement request) =>
        string.Join(
            '\n',
            request
                .GetProperty("items")
                .EnumerateArray()
                .Select(item =>
                    $"{item.GetProperty("dataset")} {item.GetProperty("action")} {item.GetProperty("verdict")} {item.GetProperty("counts")}"
                )
                .Prepend($"{request.GetProperty("state")} {request.GetProperty("erased")}")
        );

    private static async Task LandedAsync(ServiceClient client, int events)
    {
        var consumed = 0L;
        await Wait.UntilAsync(
            async () => (consumed = await client.StreamTotalAsync("consumed")) >= events,
            () => $"{events} events consumed, {consumed} were"
        );
        consumed.Should().Be(events);
    }

    private static SortedDictionary<string, long> Tables(string folder)
    {
        using var warehouse = WarehouseFile.Open(folder);
        return warehouse.Counts();
    }

    private static List<string> Positions(string folder)
    {
        using var warehouse = WarehouseFile.Open(folder);
        return warehouse.Texts(
            """
            SELECT concat_ws(' ', topic, "partition", next_offset) FROM _governance_positions
            WHERE topic <> '' ORDER BY 1
            """
        );
    }

    /// <summary>The partition and offset of every row: no event twice, none missing.</summary>
    private static List<string> Origins(string folder)
    {
        using var warehouse = WarehouseFile.Open(folder);
        return
        [
            .. warehouse
                .Texts(
                    "SELECT table_name FROM duckdb_tables() WHERE NOT starts_with(table_name, '_governance') ORDER BY 1"
                )
                .SelectMany(table =>
                    warehouse.Texts(
                        $"SELECT concat_ws(' ', '{table}', _partition, _offset) FROM \"{table}\" ORDER BY _partition, _offset"
                    )
                ),
        ];
    }

    /// <summary>What an erasure leaves.</summary>
    private sealed record End(
        string Request,
        IReadOnlyList<string> Ledger,
        IReadOnlyList<(string Topic, string Code, long Events)> Quarantine
    );
}

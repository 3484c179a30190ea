using System.Text;
using System.Text.Json.Nodes;
using Governance.Api.Features.SubjectRequests.EncryptTo;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Masking.Contracts;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests.Exporting;

/// <summary>An archive holds all of the person's rows and nothing of another, and nobody reads it but whom it is for.</summary>
public sealed class ExportTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    private const string Passphrase = "canary-passphrase-of-the-person";
    private static readonly string[] s_people = ["C-ANN", "C-BEN", "C-CORA"];

    // What would be found of each in somebody else's archive. Phone and address are shared, and so is nobody's alone.
    private static readonly Dictionary<string, string[]> s_markers = new(StringComparer.Ordinal)
    {
        ["C-ANN"] = ["C-ANN", EnergyPeople.OldEmail, EnergyPeople.NewEmail, "A-100", "2000000000001"],
        ["C-BEN"] = ["C-BEN", "ben@example.org", "A-200", "2000000000002"],
        ["C-CORA"] = ["C-CORA", "cora@example.org", EnergyPeople.CorasPhone, "A-300", "2000000000003"],
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Access_OfEveryPerson_HoldsAllOfTheirsAndNothingOfAnother(bool onBigQuery)
    {
        await using var world = await ErasureWorld.CreateAsync(bigQuery: onBigQuery ? await standIn.NewAsync() : null);
        world.Current = EnergyTables.Catalog([.. EnergyTables.All, EnergyTables.Calls]);
        await EnergyPeople.LandAsync(world);
        await world.LandAsync(
            EnergyTables.Calls,
            ("customer_id", "C-ANN"),
            ("account_number", "A-200"),
            ("phone", "+44 20 7946 0009")
        );
        foreach (var person in s_people)
        {
            var request = await world.FulfilAsync(Body("access", person));
            request.State.Should().Be("completed");
            request
                .Items.Where(item => item.Action == "collect")
                .Should()
                .OnlyContain(item => item.Verdict == "collected" || item.Verdict == "nothing_found");

            var files = await AgeTool.UnpackAsync(await world.ExportAsync(request.Id), Passphrase);

            files.Keys.Should().Contain(["index.html", "manifest.json"]);
            RowsOf(files)
                .Should()
                .BeEquivalentTo(Expected(person, request.Items.Sum(item => item.Counts?.Matched ?? 0)));
            var everything = string.Join('\n', files.Values);
            everything.Should().ContainAll(s_markers[person]);
            foreach (var another in s_people.Where(one => one != person).SelectMany(one => s_markers[one]))
            {
                everything.Should().NotContain(another);
            }
        }

        // Ann's call was about Ben's account: the row is hers, the number is his.
        (await world.LedgerAsync())
            .Count(entry => entry.Payload.Contains("subject-request.export-downloaded", StringComparison.Ordinal))
            .Should()
            .Be(3);
    }

    [Fact]
    public async Task Portability_HoldsWhatThePersonProvided_WithoutAPage()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);

        var request = await world.FulfilAsync(Body("portability", "C-ANN"));

        request.State.Should().Be("completed");
        var payments = request.Items.Single(item => item.Dataset == "payments");
        (payments.Action, payments.Verdict).Should().Be(("leave_out", "left_out"));
        payments.Ground.Should().Be(RequestPlanner.NotProvided);
        var files = await AgeTool.UnpackAsync(await world.ExportAsync(request.Id), Passphrase);
        files.Keys.Should().NotContain("index.html").And.NotContain("data/payments.json");
        files["data/meter_readings.csv"]
            .Split("\r\n")
            .Should()
            .HaveCount(4)
            .And.Contain(line => line.EndsWith(",2000000000001,120", StringComparison.Ordinal));
        files["data/customers.json"].Should().Contain(EnergyPeople.OldEmail);
    }

    [Fact]
    public async Task Archive_FromItsSubmissionToItsEnd_IsPlainNowhereAndGivenOutForATime()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);
        var submitted = await world.SubmitAsync(Body("access", "C-ANN", passphrase: null));
        await world.VerifyAsync(submitted.Id);
        (await world.ApproveAsync(submitted.Id)).Failure!.Code.Should().Be("encryption_missing");
        var encryptTo = new EncryptToBody { Passphrase = Passphrase };
        (await world.Get<EncryptToHandler>().Handle(new EncryptToCommand(submitted.Id, encryptTo, "dpo-1"), default))
            .Failure.Should()
            .BeNull();
        SecretIsNowhere(world);
        (await world.ApproveAsync(submitted.Id)).Failure.Should().BeNull();
        (await world.TryExportAsync(submitted.Id)).Failure!.Code.Should().Be("export_not_ready");

        await world.Get<FulfilWorker>().RunDueAsync(default);

        var request = await world.GetAsync(submitted.Id);
        request.Export!.Location.Should().EndWith("/export");
        request.Export.ExpiresAt.Should().Be(world.Time.GetUtcNow().AddDays(14));
        var archive = await world.ExportAsync(request.Id);
        ByteSearch.Find([Passphrase, EnergyPeople.OldEmail, "C-ANN"], "the archive", archive).Should().BeEmpty();
        SecretIsNowhere(world);
        (await world.Warehouse.ReadKeysAsync($"request-{request.Id:N}", default)).Should().BeEmpty();

        world.Time.Advance(TimeSpan.FromDays(14));
        (await world.TryExportAsync(request.Id)).Failure!.Code.Should().Be("export_gone");
        await world.Get<FulfilWorker>().RunDueAsync(default);
        Directory.EnumerateFiles(world.Exports).Should().BeEmpty();
        request = await world.GetAsync(submitted.Id);
        request.Export!.Location.Should().BeNull();
        request.Export.DestroyedAt.Should().NotBeNull();
        request.Export.Downloads.Should().Be(1);
        (await world.LedgerAsync())
            .Select(entry => JsonNode.Parse(entry.Payload)!["action"]!.ToString())
            .Should()
            .ContainInOrder(
                "subject-request.encrypt-to",
                "subject-request.export-written",
                "subject-request.completed",
                "subject-request.export-downloaded",
                "subject-request.export-destroyed"
            );
    }

    /// <summary>Points, each on DuckDB and on BigQuery.</summary>
    public static MatrixTheoryData<string, bool> PointsOnBothWarehouses { get; } =
        new(
            [
                FulfilSteps.GateEntered,
                FulfilSteps.KeysKept,
                FulfilSteps.Started,
                FulfilSteps.ArchiveBegun,
                FulfilSteps.ArchiveWritten,
                FulfilSteps.Carried,
                FulfilSteps.Verified,
                FulfilSteps.Completed,
                FulfilSteps.KeysDropped,
            ],
            [false, true]
        );

    [Theory]
    [MemberData(nameof(PointsOnBothWarehouses))]
    public async Task Run_CutOffAtAPoint_ResumesAndEndsOnce(string point, bool onBigQuery)
    {
        await using var world = await ErasureWorld.CreateAsync(bigQuery: onBigQuery ? await standIn.NewAsync() : null);
        await EnergyPeople.LandAsync(world);
        var id = await world.CutOffAsync(Body("access", "C-ANN"), point);
        if ((await world.GetAsync(id)).State != "completed")
        {
            (await world.TryExportAsync(id)).Failure!.Code.Should().Be("export_not_ready");
        }

        var ended = await world.ResumeAsync(id);

        ended.State.Should().Be("completed");
        ended.History.Count(line => line.Act == "completed").Should().Be(1);
        Directory.EnumerateFiles(world.Exports).Should().ContainSingle();
        var files = await AgeTool.UnpackAsync(await world.ExportAsync(id), Passphrase);
        RowsOf(files).Should().BeEquivalentTo(Expected("C-ANN", ended.Items.Sum(item => item.Counts?.Matched ?? 0)));
    }

    [Fact]
    public async Task Submit_WithSeveralPeople_StopsForAPerson()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EnergyPeople.LandAsync(world);

        var request = await world.SubmitAsync(
            new SubmitBody
            {
                Type = "access",
                Subject = "customer",
                Claims = [new ClaimBody { Domain = "phone", Value = EnergyPeople.SharedPhone }],
            }
        );

        (await world.VerifyAsync(request.Id)).Failure!.Code.Should().Be("several_people");
        (await world.GetAsync(request.Id)).Waiting!.People.Should().Be(2);
    }

    private static void SecretIsNowhere(ErasureWorld world) =>
        world
            .StateBytes()
            .SelectMany(bytes => ByteSearch.Find([Passphrase, EnergyPeople.OldEmail], "the state", bytes))
            .Should()
            .BeEmpty();

    private static SubmitBody Body(string type, string person, string? passphrase = Passphrase) =>
        new()
        {
            Type = type,
            Subject = "customer",
            Claims = [new ClaimBody { Domain = "customer_id", Value = person }],
            EncryptTo = passphrase is null ? null : new EncryptToBody { Passphrase = passphrase },
        };

    // Table, and the row's values: what the plain rows say, without asking anything that was written.
    private static List<string> Expected(string person, long counted)
    {
        List<string> rows =
        [
            .. EnergyPeople.Rows.Where(row => IsOwn(row, person)).Select(row => Line(row.Dataset.Name, row.Values)),
        ];
        if (counted > rows.Count)
        {
            // The call that one test lands: without the account, which is another's.
            rows.Add(Line("calls", [("customer_id", "C-ANN"), ("phone", "+44 20 7946 0009")]));
        }

        rows.Should().HaveCount((int)counted);
        return rows;
    }

    private static bool IsOwn(PlainRow row, string person) =>
        row.Dataset.Columns.Any(column =>
            column.Link == Link.Owns
            && row.Values.Any(value =>
                value.Column == column.Name && s_markers[person].Contains(value.Value, StringComparer.Ordinal)
            )
        );

    private static List<string> RowsOf(IReadOnlyDictionary<string, string> files) =>
        [
            .. from file in files
            where
                file.Key.EndsWith(".json", StringComparison.Ordinal)
                && file.Key.StartsWith("data/", StringComparison.Ordinal)
            from row in JsonNode.Parse(file.Value)!.AsArray()
            select Line(
                file.Key["data/".Length..^".json".Length],
                [
                    .. row!
                        .AsObject()
                        .Where(field => field.Key[0] != '_' && field.Value is not null)
                        .Select(field => (field.Key, field.Value!.ToString())),
                ]
            ),
        ];

    private static string Line(string table, (string Column, string Value)[] values) =>
        new StringBuilder(table)
            .AppendJoin(
                null,
                values
                    .OrderBy(value => value.Column, StringComparer.Ordinal)
                    .Select(value => $" {value.Column}={value.Value}")
            )
            .ToString();
}

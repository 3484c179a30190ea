using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Rectifying;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests.Rectifying;

/// <summary>A wrong value is replaced by the right one, masked as the interceptor would have, in the person's rows and in nobody else's.</summary>
public sealed class RectificationTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    private const string Right = "Anne-Marker-Right";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rectify_AValueInEachForm_PutsTheRightOneIntoThePersonsRowsAlone(bool onBigQuery)
    {
        await using var world = onBigQuery
            ? await ErasureWorld.CreateAsync(StateKind.Sqlite, await standIn.NewAsync())
            : await ErasureWorld.CreateAsync();
        await LandAsync(world);
        var before = await RowsAsync(world);

        var request = await world.FulfilAsync(
            Body(
                Correction("profiles", "name", Right),
                Correction("profiles", "town", Right),
                Correction("support_messages", "topic", null)
            )
        );

        request.State.Should().Be("completed");
        request
            .Items.Where(item => item.Action == "correct")
            .Should()
            .HaveCount(2)
            .And.OnlyContain(item =>
                item.Verdict == "corrected_verified"
                && item.Hashes!.Before != item.Hashes.After
                && item.Hashes.After != ""
            );
        request.Items.Where(item => item.Action != "correct").Should().OnlyContain(item => item.Verdict == "left_out");
        var after = await RowsAsync(world);
        after.Should().HaveCount(before.Count);
        foreach (var (was, now) in before.Zip(after))
        {
            // Ann has two rows, sealed under her one customer id; the others' are as they were.
            var isAnns = was["note"]!.ToString() == "ann";
            (now["name"]!.ToString() == await MaskedAsync(world, "C-ANN", "name", Right)).Should().Be(isAnns);
            (now["town"]!.ToString() == await MaskedAsync(world, "C-ANN", "town", Right)).Should().Be(isAnns);
            JsonNode.DeepEquals(was, now).Should().Be(!isAnns);
        }

        foreach (var bytes in world.StateBytes())
        {
            bytes
                .AsSpan()
                .IndexOf(Encoding.UTF8.GetBytes(Right))
                .Should()
                .Be(-1, "it is sealed, and gone when the request is over");
        }

        (await world.LedgerAsync())
            .Should()
            .ContainSingle(entry => entry.Payload.Contains("subject-request.corrected", StringComparison.Ordinal));
    }

    public static TheoryData<string, int, bool> PointsOnBothWarehouses()
    {
        var points = new TheoryData<string, int, bool>();
        foreach (
            var (point, passes) in new[]
            {
                (FulfilSteps.GateEntered, 0),
                (FulfilSteps.KeysKept, 0),
                (FulfilSteps.Started, 0),
                (FulfilSteps.BeforeKept, 0),
                (FulfilSteps.ValueCorrected, 0),
                (FulfilSteps.ValueCorrected, 1),
                (FulfilSteps.Carried, 0),
                (FulfilSteps.Verified, 0),
                (FulfilSteps.Completed, 0),
                (FulfilSteps.KeysDropped, 0),
            }
        )
        {
            points.Add(point, passes, false);
            points.Add(point, passes, true);
        }

        return points;
    }

    [Theory]
    [MemberData(nameof(PointsOnBothWarehouses))]
    public async Task Run_CutOffAtAPoint_ResumesAndEndsOnce(string point, int passes, bool onBigQuery)
    {
        await using var world = await ErasureWorld.CreateAsync(bigQuery: onBigQuery ? await standIn.NewAsync() : null);
        await LandAsync(world);
        var id = await world.CutOffAsync(
            Body(Correction("profiles", "name", Right), Correction("profiles", "town", Right)),
            point,
            passes
        );
        if ((await world.GetAsync(id)).State != "completed")
        {
            (await world.GetAsync(id)).Receipt.Should().BeNull("nothing is proven yet");
        }

        var ended = await world.ResumeAsync(id);

        ended.State.Should().Be("completed");
        ended.History.Count(line => line.Act == "completed").Should().Be(1);
        var item = ended.Items.Single(one => one.Action == "correct");
        (item.Verdict, item.Counts!.Matched).Should().Be(("corrected_verified", 2));
        (item.Hashes!.Before != item.Hashes.After).Should().BeTrue("what stood there was written down before it went");
        foreach (var row in await RowsAsync(world))
        {
            (row["name"]!.ToString() == await MaskedAsync(world, "C-ANN", "name", Right))
                .Should()
                .Be(row["note"]!.ToString() == "ann");
        }
    }

    [Fact]
    public async Task Submit_OfWhatCannotBeCorrected_NamesEveryFault()
    {
        await using var world = await ErasureWorld.CreateAsync();
        world.Current = EnergyTables.Catalog([.. EnergyTables.All, s_profiles]);

        var failure = (
            await world
                .Get<SubmitHandler>()
                .Handle(
                    new SubmitCommand(
                        Body(
                            Correction("addresses", "postcode", "N2"),
                            Correction("customers", "email", "new@example.org"),
                            Correction("profiles", "no_such", "x"),
                            Correction("profiles", "name", new string('x', 4001))
                        ),
                        ErasureWorld.Dpo
                    ),
                    default
                )
        ).Failure!;

        failure
            .Faults.Select(fault => (fault.Path, fault.Code))
            .Should()
            .Equal(
                ("corrections[0].dataset", "unknown_dataset"),
                ("corrections[1].column", "identifier"),
                ("corrections[2].column", "unknown_column"),
                ("corrections[3].value", "wrong_length")
            );
    }

    private static readonly Dataset s_profiles = new(
        "profiles",
        "profiles",
        "",
        "energy",
        "supply",
        new DatasetSubject("customer", "customer_id"),
        ErasureRule.Delete,
        [
            EnergyTables.Customers.Columns[0],
            Column("name", "seal"),
            Column("town", "token"),
            new Column("note", "note", "string", "", "public", null, null, null, null, null, []),
        ],
        [],
        null
    );

    private static Column Column(string name, string method) =>
        new(
            name,
            name,
            "string",
            "",
            null,
            "user.name",
            null,
            null,
            new MaskingRule(
                method,
                method == "token"
                    ? ImmutableDictionary<string, string>.Empty.Add("domain", "names")
                    : ImmutableDictionary<string, string>.Empty
            ),
            null,
            []
        );

    private static async Task LandAsync(ErasureWorld world)
    {
        world.Current = EnergyTables.Catalog([.. EnergyTables.All, s_profiles]);
        await EnergyPeople.LandAsync(world);
        foreach (var (person, note) in new[] { ("C-ANN", "ann"), ("C-BEN", "ben"), ("C-ANN", "ann") })
        {
            await world.LandAsync(
                s_profiles,
                ("customer_id", person),
                ("name", await MaskedAsync(world, person, "name", "Wrong")),
                ("town", await MaskedAsync(world, person, "town", "Wrong")),
                ("note", note)
            );
        }
    }

    // As the interceptor does it.
    private static async Task<string> MaskedAsync(ErasureWorld world, string person, string column, string value)
    {
        await using var masker = new Masker(world, world.Get<TenantKeys>(), world.Identifiers);
        var record = new JsonObject { ["customer_id"] = person, [column] = value };
        var masked = await masker.MaskJsonAsync("profiles", Encoding.UTF8.GetBytes(record.ToJsonString()));
        return JsonNode.Parse(masked.Span)![column]!.ToString();
    }

    private static async Task<IReadOnlyList<JsonNode>> RowsAsync(ErasureWorld world) =>
        [
            .. (await world.Warehouse.ReadNewestAsync(s_profiles, 10, default))
                .Select(row => JsonNode.Parse(row)!)
                .OrderBy(row => row["_offset"]!.ToString(), StringComparer.Ordinal),
        ];

    private static SubmitBody Body(params CorrectionBody[] corrections) =>
        new()
        {
            Type = "rectification",
            Subject = "customer",
            Claims = [new ClaimBody { Domain = "email", Value = EnergyPeople.OldEmail }],
            Corrections = corrections,
        };

    private static CorrectionBody Correction(string dataset, string column, string? value) =>
        new()
        {
            Dataset = dataset,
            Column = column,
            Value = value,
        };
}

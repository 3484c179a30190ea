using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Sql;
using Microsoft.Extensions.DependencyInjection;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery.Census;

/// <summary>Makes the adapter run each of its statements once: through the port, as the service does.</summary>
internal static class StatementSamples
{
    private const string Id = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    private const string Ana = "user:ana@example.com";
    private static readonly LinkedIdentifier s_key = new("customer", Guid.ParseExact(Id, "D"));
    private static readonly Column s_id = Column("id", "customer");
    private static readonly Column s_email = Column("contact.email", "email");

    /// <summary>One of each kind of column, and of each way to an identifier.</summary>
    public static MaskedSchema Columns { get; } =
        Schema(
            Field("id", ScalarType.Uuid),
            Field("contact", new StructType([Field("email", ScalarType.Uuid), Field("city", ScalarType.Text)])),
            Field("tags", new ListType(ScalarType.Uuid, ItemNullable: false)),
            Field("phones", new ListType(new StructType([Field("number", ScalarType.Uuid)]), ItemNullable: true)),
            Field("preferences", new MapType(ScalarType.Uuid, ValueNullable: true)),
            Field("others", new MapType(ScalarType.Uuid, ValueNullable: true)),
            Field("note", ScalarType.Text),
            Field("count", ScalarKind.Int64),
            Field("amount", ScalarKind.Double),
            Field("price", new ScalarType(ScalarKind.Decimal, 10, 2)),
            Field("active", ScalarKind.Boolean),
            Field("since", ScalarKind.Date),
            Field("seen", ScalarKind.Timestamp),
            Field("heard", ScalarKind.LocalTimestamp)
        );

    public static Dataset Dataset { get; } =
        Dataset(
            "samples",
            s_id,
            Column("contact", children: [s_email, Column("contact.city")]),
            Column("tags", children: [Column("tags[]", "customer")]),
            Column("phones", children: [Column("phones[].number", "phone")]),
            Column("preferences", children: [Column("preferences.newsletter", "email")]),
            Column("others", children: [Column("others[]", "email")]),
            Column("note", category: "user.content"),
            Column("count"),
            Column("amount"),
            Column("price"),
            Column("active"),
            Column("since"),
            Column("seen"),
            Column("heard")
        );

    /// <summary>Each kind of condition, over each kind of column.</summary>
    public static ImmutableArray<RowCondition> Conditions { get; } =
    [
        RowCondition.Everything,
        RowCondition.Nothing,
        new Negation(new Presence("note")),
        .. Enum.GetValues<ComparisonOperator>().Select(how => new Comparison("count", how, new NumberConstant("5"))),
        Is("count", new NumberConstant("4.5")),
        Is("amount", new NumberConstant("4.5")),
        Is("price", new NumberConstant("-4")),
        Is("active", new BooleanConstant(true)),
        Is("active", new BooleanConstant(false)),
        Is("since", new TextConstant("2026-02-03")),
        Is("seen", new TextConstant("2026-02-03T04:05:06Z")),
        Is("id", new TextConstant(Id)),
        Is("contact.city", new TextConstant("Le'e\\ds")),
        new Membership("note", [new TextConstant("a"), new TextConstant("b")]),
        new Membership("note", []),
        .. Enum.GetValues<TextPlace>().Select(place => new TextMatch("note", place, "x")),
    ];

    /// <summary>Runs them over an empty stand-in.</summary>
    /// <returns>All that it analysed: nobody but the adapter asks it.</returns>
    public static async Task<IReadOnlyList<StatementText>> RunAsync()
    {
        await using var started = await StandInWarehouse.StartAsync();
        await LandAsync(started);
        await AskAsync(started.Warehouse);
        await IssueAsync(started.Warehouse);
        await EraseAsync(started.Warehouse);
        return started.StandIn.World.Analysed;
    }

    // A batch, a replayed one, and one whose record is lost, which another process mends.
    private static async Task LandAsync(StandInWarehouse started)
    {
        var warehouse = started.Warehouse;
        await warehouse.AppendAsync(Of(0, 2), Cancelled);
        await warehouse.AppendAsync(Of(0, 2) with { Replayed = true }, Cancelled);
        started.StandIn.Faults.Next("AppendRows", Fault.Status(400, "invalid", "killed"), times: 1, after: 1);
        var killed = () => warehouse.AppendAsync(Of(2, 4), Cancelled);
        await killed.Should().ThrowAsync<WarehouseException>();

        await using var other = StandInWarehouse.Services(started.StandIn).BuildServiceProvider();
        var behind = () => other.GetRequiredService<IWarehouse>().AppendAsync(Of(2, 4), Cancelled);
        await behind.Should().ThrowAsync<SinkPositionException>();
        await other.GetRequiredService<IWarehouse>().AppendAsync(Of(4, 5), Cancelled);
    }

    private static async Task AskAsync(IWarehouse warehouse)
    {
        Column[] identifiers = [.. Dataset.Identifiers()];
        (await warehouse.ReadPositionsAsync(Source, Cancelled)).Should().NotBeEmpty();
        (await warehouse.DescribeAsync(Cancelled)).Should().ContainSingle();
        (await warehouse.FindFilledAsync(Cancelled)).Should().Equal(Dataset.Name);
        await warehouse.ReadNewestAsync(Dataset, 3, Cancelled);
        await warehouse.AddKeysAsync("set", [s_key, s_key with { Domain = "email" }], Cancelled);
        (await warehouse.ReadKeysAsync("set", Cancelled)).Should().HaveCount(2);
        (await warehouse.FindKeysAsync(["se", "no"], [s_key.Surrogate, Guid.NewGuid()], Cancelled))
            .Should()
            .Equal(s_key.Surrogate);
        (await warehouse.CountAsync("set", Dataset, identifiers, Cancelled)).Should().Be(new MatchCount(5, 5));
        (await warehouse.CountAsync("set", Dataset, [], Cancelled)).Should().Be(new MatchCount(5, 0));
        (await warehouse.LinksAsync("set", Dataset, identifiers, identifiers, Cancelled)).Should().NotBeEmpty();
        (await warehouse.ReadMatchedAsync("set", Dataset, identifiers, Cancelled)).Should().HaveCount(5);
        (await warehouse.StillHeldAsync(Dataset, identifiers, [s_key], Cancelled)).Should().Equal(s_key);
        await warehouse.AddOwnedKeysAsync("owned", [new OwnedKey(s_key, s_key.Surrogate)], Cancelled);
        (await warehouse.CountByOwnerAsync("owned", Dataset, identifiers, Cancelled)).Should().ContainSingle();
        (await warehouse.CountByOwnerAsync("owned", Dataset, [s_id], Cancelled)).Should().ContainSingle();
        await warehouse.RemoveKeysAsync("owned", [s_key.Surrogate], Cancelled);
        (await warehouse.ReadOwnedKeysAsync("owned", Cancelled)).Should().BeEmpty();
    }

    private static async Task IssueAsync(IWarehouse warehouse)
    {
        for (var at = 0; at < Conditions.Length; at++)
        {
            var view = new ViewDefinition($"v{at}", Dataset, ["id", "note"], Conditions[at], [Ana]);
            (await warehouse.IssueViewAsync(view, Cancelled)).Refusal.Should().BeNull();
        }

        foreach (var to in Enum.GetValues<Generalization>())
        {
            var less = new ViewDefinition(
                $"to{to}",
                Dataset,
                ["since", "seen", "heard"],
                RowCondition.Everything,
                [Ana]
            )
            {
                Generalized = new[] { "since", "seen", "heard" }.ToImmutableDictionary(column => column, _ => to),
                Until = TimeProvider.System.GetUtcNow(),
            };
            (await warehouse.IssueViewAsync(less, Cancelled)).Refusal.Should().BeNull();
        }

        // Every owned column there is, also in lists and maps.
        var without = new ViewDefinition("without", Dataset, ["id"], RowCondition.Everything, [Ana])
        {
            Without = ["limited.*.", "limited.billing."],
        };
        (await warehouse.IssueViewAsync(without, Cancelled)).Refusal.Should().BeNull();
        (await warehouse.CountVisibleAsync(without, "set", [.. Dataset.Identifiers()], Cancelled))
            .Refusal.Should()
            .BeNull();
        (await warehouse.CountShownAsync(Dataset, Conditions[^1], Cancelled)).Refusal.Should().BeNull();
        var both = new AnyOf([new AllOf([.. Conditions]), .. Conditions]);
        var all = new ViewDefinition("all", Dataset, ["_event_time"], both, [Ana]);
        (await warehouse.IssueViewAsync(all, Cancelled)).Refusal.Should().BeNull();
        (await warehouse.PutRowRuleAsync(new RowRule("rule", Dataset, both, [Ana]), Cancelled))
            .Refusal.Should()
            .BeNull();
    }

    private static async Task EraseAsync(IWarehouse warehouse)
    {
        foreach (var value in new[] { "right", null })
        {
            var correction = new ValueCorrection("set", Dataset, [s_id], "note", value, ("id", s_key.Surrogate));
            (await warehouse.CorrectAsync(correction, Cancelled)).Value.Should().Be(5);
            (await warehouse.CorrectAsync(correction with { Subject = null }, Cancelled)).Value.Should().Be(0);
        }

        var clear = new ErasureJob("clear", "set", Dataset, [s_id], ErasureAction.Clear);
        var delete = new ErasureJob("delete", "set", Dataset, [s_email], ErasureAction.Delete);
        var nothing = new ErasureJob("nothing", "set", Dataset, [], ErasureAction.Delete);
        (await warehouse.EstimateAsync(clear, Cancelled)).Refusal.Should().BeNull();
        (await warehouse.EstimateAsync(delete, Cancelled)).Refusal.Should().BeNull();
        await warehouse.AppendAsync(Of(5, 6, id: null), Cancelled);
        (await warehouse.EraseAsync(clear, Cancelled)).Value.Affected.Should().Be(5);
        (await warehouse.EraseAsync(delete, Cancelled)).Value.Affected.Should().Be(1);
        (await warehouse.EraseAsync(nothing, Cancelled)).Value.Matched.Should().Be(0);
        foreach (var action in new[] { ErasureAction.Clear, ErasureAction.Delete })
        {
            var old = new ErasureJob($"old {action}", "set", Dataset, [s_id], action)
            {
                OlderThan = TimeProvider.System.GetUtcNow(),
            };
            await warehouse.CountAsync(old, Cancelled);
            (await warehouse.EraseAsync(old, Cancelled)).Refusal.Should().BeNull();
        }

        await warehouse.DropKeysAsync("set", Cancelled);
    }

    private static MaskedBatch Of(long from, long to, string? id = Id) =>
        Batch(
            Dataset,
            Columns,
            to,
            [
                .. Enumerable
                    .Range(0, (int)(to - from))
                    .Select(at =>
                        Row(
                            from + at,
                            new JsonObject
                            {
                                ["id"] = id,
                                ["contact"] = new JsonObject { ["email"] = Id, ["city"] = "Leeds" },
                                ["tags"] = new JsonArray(Id),
                                ["phones"] = new JsonArray(new JsonObject { ["number"] = Id }),
                                ["preferences"] = new JsonObject { ["newsletter"] = Id },
                                ["others"] = new JsonObject { ["any"] = Id },
                                ["note"] = "x",
                                ["count"] = "5",
                                ["amount"] = "1.5",
                                ["price"] = "1.50",
                                ["active"] = "true",
                                ["since"] = "2026-02-03",
                                ["seen"] = "2026-02-03T04:05:06.000000Z",
                                ["heard"] = "2026-02-03T04:05:06.000000",
                            }
                        )
                    ),
            ]
        );

    private static Comparison Is(string column, Constant value) => new(column, ComparisonOperator.Equal, value);
}

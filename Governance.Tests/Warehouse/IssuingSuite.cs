using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse;

/// <summary>What every warehouse must do of views and row rules, seen by those who read.</summary>
public abstract class IssuingSuite
{
    private protected const string Ana = "user:ana@example.com";
    private protected const string Ben = "user:ben@example.com";

    private static readonly MaskedSchema s_schema = Schema(
        Field("region", ScalarType.Text),
        Field("name", ScalarType.Text),
        Field("amount", new ScalarType(ScalarKind.Decimal, 10, 2)),
        Field("count", ScalarKind.Int64),
        Field("active", ScalarKind.Boolean),
        Field("since", ScalarKind.Date),
        Field("seen", ScalarKind.Timestamp),
        Field("address", new StructType([Field("city", ScalarType.Text)]))
    );

    private static readonly ImmutableArray<string> s_columns = ["region", "name"];

    private protected abstract IWarehouse Warehouse { get; }

    private protected static Dataset People(string name = "people") =>
        Dataset(
            name,
            Column("region"),
            Column("name", category: "user.name"),
            Column("amount"),
            Column("count"),
            Column("active"),
            Column("since"),
            Column("seen"),
            Column("address", children: [Column("address.city")])
        );

    /// <summary>What a member sees through a view; <see langword="null"/> where it is closed to them, or gone.</summary>
    private protected abstract Task<IReadOnlyList<JsonObject>?> ReadAsync(string view, string member);

    [Fact]
    public async Task IssueViewAsync_ForOneReader_ShowsItsColumnsAndRowsToThemAlone()
    {
        await LandAsync(People(), Person("north", "a"), Person("south", "b"), Person(null, "c"));

        var issued = (await Warehouse.IssueViewAsync(North("v1"), Cancelled)).Value;

        issued
            .Should()
            .BeEquivalentTo(
                new
                {
                    Name = "v1",
                    Dataset = "people",
                    IsAuthorized = true,
                }
            );
        issued.Readers.Should().Equal(Ana);
        var row = (await ReadAsync("v1", Ana)).Should().ContainSingle().Which;
        row.Select(field => field.Key).Should().BeEquivalentTo(["region", "name"]);
        row["name"]!.GetValue<string>().Should().Be("a");
        (await ReadAsync("v1", Ben)).Should().BeNullOrEmpty();
        (await Warehouse.ReadViewsAsync(Cancelled)).Should().ContainSingle().Which.Should().BeEquivalentTo(issued);
        (await Warehouse.FindViewAsync("v1", Cancelled)).Should().BeEquivalentTo(issued);
        (await Warehouse.FindViewAsync("v2", Cancelled)).Should().BeNull();
    }

    [Fact]
    public async Task IssueViewAsync_Again_BringsItToTheNewDefinition()
    {
        await LandAsync(People(), Person("north", "a"), Person("south", "b"));
        await Warehouse.IssueViewAsync(North("v1"), Cancelled);

        var view = North("v1") with { Condition = RowCondition.Everything, Columns = ["name"], Readers = [Ben] };
        (await Warehouse.IssueViewAsync(view, Cancelled)).Value.Readers.Should().Equal(Ben);

        (await ReadAsync("v1", Ben))!
            .Select(row => row.ToJsonString())
            .Should()
            .BeEquivalentTo(["""{"name":"a"}""", """{"name":"b"}"""]);
        (await ReadAsync("v1", Ana)).Should().BeNullOrEmpty();
    }

    [Fact]
    public async Task RevokeViewAsync_Issued_IsGoneForItsReaders()
    {
        await LandAsync(People(), Person("north", "a"));
        await Warehouse.IssueViewAsync(North("v1"), Cancelled);

        (await Warehouse.RevokeViewAsync("v1", Cancelled)).Value.Should().BeTrue();
        (await Warehouse.RevokeViewAsync("v1", Cancelled)).Value.Should().BeFalse("it is gone");

        (await ReadAsync("v1", Ana)).Should().BeNull();
        (await Warehouse.ReadViewsAsync(Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task PutRowRuleAsync_ForOneMember_NarrowsEveryViewAndClosesItToOthers()
    {
        await LandAsync(People(), Person("north", "a"), Person("south", "b"));
        var all = North("v1") with { Condition = RowCondition.Everything, Readers = [Ana, Ben] };
        await Warehouse.IssueViewAsync(all, Cancelled);

        var south = new RowRule("south", People(), Is("region", "south"), [Ana]);
        (await Warehouse.PutRowRuleAsync(south, Cancelled)).Value.Members.Should().Equal(Ana);

        (await ReadAsync("v1", Ana)).Should().ContainSingle().Which["name"]!.GetValue<string>().Should().Be("b");
        (await ReadAsync("v1", Ben)).Should().BeNullOrEmpty("a rule stands, and none names him");
        (await Warehouse.ReadRowRulesAsync(People(), Cancelled)).Select(rule => rule.Name).Should().Equal("south");
        (await Warehouse.CountShownAsync(People(), south.Condition, Cancelled)).Value.Should().Be(new MatchCount(2, 1));
        (await Warehouse.CountShownAsync(People(), Is("nobody", "x"), Cancelled))
            .Refusal!.Code.Should()
            .Be("condition_refused");

        // The members of a rule change with it.
        await Warehouse.PutRowRuleAsync(south with { Members = [Ben] }, Cancelled);
        (await ReadAsync("v1", Ben)).Should().ContainSingle();
        (await ReadAsync("v1", Ana)).Should().BeNullOrEmpty();
    }

    [Fact]
    public async Task RemoveRowRuleAsync_TheLastOne_OpensNothing()
    {
        await LandAsync(People(), Person("north", "a"));
        await Warehouse.IssueViewAsync(North("v1") with { Readers = [Ana, Ben] }, Cancelled);
        await Warehouse.PutRowRuleAsync(new RowRule("r", People(), RowCondition.Everything, [Ana]), Cancelled);

        (await Warehouse.RemoveRowRuleAsync(People(), "r", Cancelled)).Value.Should().BeTrue();
        (await Warehouse.RemoveRowRuleAsync(People(), "r", Cancelled)).Value.Should().BeFalse();
        (await Warehouse.ReadRowRulesAsync(People(), Cancelled)).Should().BeEmpty();

        (await ReadAsync("v1", Ana)).Should().BeNullOrEmpty();
        (await ReadAsync("v1", Ben)).Should().BeNullOrEmpty("he saw nothing before either");
    }

    [Fact]
    public async Task PutRowRuleAsync_AfterViewsAndRows_LeavesTheServiceItsErasures()
    {
        await LandAsync(People(), Person("north", "a"), Person("south", "b"));
        await Warehouse.PutRowRuleAsync(new RowRule("r", People(), RowCondition.Nothing, [Ana]), Cancelled);

        (await Warehouse.DescribeAsync(Cancelled)).Single(table => table.Name == "people").Rows.Should().Be(2);
    }

    [Fact]
    public async Task IssueViewAsync_TableThatGrewSince_ShowsWhatItShowed()
    {
        await LandAsync(People(), Person("north", "a"));
        await Warehouse.IssueViewAsync(North("v1"), Cancelled);

        var wider = new MaskedSchema([Field("fresh", ScalarKind.Int32), .. s_schema.Columns]);
        var row = Person("north", "b");
        row["fresh"] = "1";
        await Warehouse.AppendAsync(Batch(People(), wider, 2, Row(1, row)), Cancelled);

        (await ReadAsync("v1", Ana))!
            .Select(one => one["name"]!.GetValue<string>())
            .Should()
            .BeEquivalentTo(["a", "b"]);
    }

    [Theory]
    [InlineData(Generalization.Day, "2026-02-03", "2026-02-03T00:00:00")]
    [InlineData(Generalization.Month, "2026-02-01", "2026-02-01T00:00:00")]
    [InlineData(Generalization.Year, "2026-01-01", "2026-01-01T00:00:00")]
    public async Task IssueViewAsync_Generalized_ShowsDatesAndInstantsLessExactly(
        Generalization to,
        string date,
        string instant
    )
    {
        await LandAsync(People(), Person("north", "a"));
        var view = North("v1") with
        {
            Columns = ["since", "seen"],
            Generalized = new Dictionary<string, Generalization>
            {
                ["since"] = to,
                ["seen"] = to,
            }.ToImmutableDictionary(),
        };

        (await Warehouse.IssueViewAsync(view, Cancelled)).Refusal.Should().BeNull();

        var row = (await ReadAsync("v1", Ana)).Should().ContainSingle().Which;
        row["since"]!.GetValue<string>().Should().Be(date);
        row["seen"]!.GetValue<string>().Replace(' ', 'T').Should().StartWith(instant);
    }

    [Fact]
    public async Task IssueViewAsync_PastItsEnd_ShowsNothingThoughNobodyTookItAway()
    {
        await LandAsync(People(), Person("north", "a"));
        var end = TimeProvider.System.GetUtcNow();

        await Warehouse.IssueViewAsync(North("v1") with { Until = end.AddHours(1) }, Cancelled);
        (await ReadAsync("v1", Ana)).Should().ContainSingle();

        await Warehouse.IssueViewAsync(North("v1") with { Until = end }, Cancelled);
        (await ReadAsync("v1", Ana)).Should().BeEmpty();
    }

    [Fact]
    public async Task DraftViewAsync_AndDraftRowRuleAsync_SayWhatIssuingStoresAndStoreNothing()
    {
        await LandAsync(People(), Person("north", "a"));
        var view = North("v1") with { Until = TimeProvider.System.GetUtcNow().AddHours(1) };
        var rule = new RowRule("r", People(), Is("region", "north"), [Ana]);

        var select = (await Warehouse.DraftViewAsync(view, Cancelled)).Value;
        var condition = (await Warehouse.DraftRowRuleAsync(rule, Cancelled)).Value;

        (await Warehouse.ReadViewsAsync(Cancelled)).Should().BeEmpty();
        (await Warehouse.ReadRowRulesAsync(People(), Cancelled)).Should().NotContain(one => one.Name == "r");
        select.Should().Contain("north").And.Contain("people");
        condition.Should().Contain("region").And.Contain("north");
        var put = (await Warehouse.PutRowRuleAsync(rule, Cancelled)).Value;
        (await Warehouse.ReadRowRulesAsync(People(), Cancelled)).Single().Should().BeEquivalentTo(put);
        (await Warehouse.DraftViewAsync(view with { Columns = [] }, Cancelled))
            .Refusal!.Code.Should()
            .Be("view_without_columns");
        (await Warehouse.DraftRowRuleAsync(rule with { Members = [] }, Cancelled))
            .Refusal!.Code.Should()
            .Be("rule_without_members");
    }

    [Fact]
    public async Task IssueViewAsync_WithASmallestGroup_KeepsItAndTakesItAway()
    {
        await LandAsync(People(), Person("north", "a"));
        var view = North("v1") with { SmallestGroup = new SmallestGroup(5, "name") };

        (await Warehouse.IssueViewAsync(view, Cancelled)).Value.SmallestGroup.Should().Be(view.SmallestGroup);
        (await Warehouse.ReadViewsAsync(Cancelled)).Single().SmallestGroup.Should().Be(view.SmallestGroup);

        await Warehouse.IssueViewAsync(view with { SmallestGroup = null }, Cancelled);
        (await Warehouse.ReadViewsAsync(Cancelled)).Single().SmallestGroup.Should().BeNull();
    }

    [Fact]
    public async Task IssueViewAsync_WhatCannotBeCarriedOut_IsRefusedAndNothingIsIssued()
    {
        await LandAsync(People(), Person("north", "a"));
        var view = North("v1");

        (await RefusalAsync(view with { Name = "no-dash" })).Should().Be("name_refused");
        (await RefusalAsync(view with { Name = "v'; DROP TABLE people" })).Should().Be("name_refused");
        (await RefusalAsync(view with { Readers = ["allUsers"] })).Should().Be("member_refused");
        (await RefusalAsync(view with { Columns = [] })).Should().Be("view_without_columns");
        (await RefusalAsync(view with { Columns = ["nobody"] })).Should().Be("column_missing");
        (await RefusalAsync(view with { Condition = Is("nobody", "x") })).Should().Be("condition_refused");
        (await RefusalAsync(view with { Condition = Is("count", "x") })).Should().Be("condition_refused");
        (await RefusalAsync(view with { Condition = Is("since", "2026-02-30") })).Should().Be("condition_refused");
        (await RefusalAsync(view with { SmallestGroup = new SmallestGroup(1, "name") })).Should().Be("group_refused");
        (await RefusalAsync(view with { SmallestGroup = new SmallestGroup(5, "count") })).Should().Be("group_refused");
        (
            await RefusalAsync(
                view with
                {
                    Generalized = ImmutableDictionary<string, Generalization>.Empty.Add("name", Generalization.Day),
                }
            )
        )
            .Should()
            .Be("generalization_refused");
        (await RefusalAsync(view with { Dataset = Dataset("elsewhere", Column("region")) }))
            .Should()
            .Be("table_missing");
        (await Warehouse.ReadViewsAsync(Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task IssueViewAsync_RandomConditions_ShowTheRowsThatTheyMean()
    {
        JsonObject[] people =
        [
            .. from region in new[] { "north", "no'rth\\", null }
            from count in new int?[] { 0, 5, null }
            from amount in new[] { "0.10", "12.50", null }
            select Person(region, region is null ? null : "ä\n" + region, count, amount),
        ];
        await LandAsync(People(), people);
        var number = 0;

        await s_condition.SampleAsync(
            async condition =>
            {
                var view = North($"v{Interlocked.Increment(ref number)}") with
                {
                    Condition = condition,
                    Columns = ["_offset"],
                };
                (await Warehouse.IssueViewAsync(view, Cancelled)).Refusal.Should().BeNull();
                var shown = await ReadAsync(view.Name, Ana);
                shown!
                    .Select(row =>
                        int.Parse(row["_offset"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture)
                    )
                    .Should()
                    .BeEquivalentTo(
                        Enumerable.Range(0, people.Length).Where(at => Truth(condition, people[at]) == true)
                    );
            },
            iter: 60,
            threads: 1
        );
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static readonly Gen<Constant> s_region = OneOf("north", "no'rth\\", "", "x`\"")
        .Select(Constant (text) => new TextConstant(text));

    private static readonly Gen<RowCondition> s_leaf = Gen.OneOf(
        Gen.Select(
            Gen.Enum<ComparisonOperator>(),
            s_region,
            RowCondition (how, text) => new Comparison("region", how, text)
        ),
        Gen.Select(
            Gen.Enum<ComparisonOperator>(),
            OneOf("5", "0", "-1", "4.5"),
            RowCondition (how, number) => new Comparison("count", how, new NumberConstant(number))
        ),
        Gen.Select(
            Gen.Enum<ComparisonOperator>(),
            OneOf("0.1", "12.5", "12.51"),
            RowCondition (how, number) => new Comparison("amount", how, new NumberConstant(number))
        ),
        s_region.Array[0, 3].Select(RowCondition (values) => new Membership("region", [.. values])),
        Gen.Select(
            Gen.Enum<TextPlace>(),
            OneOf("ä\n", "no", "'", "\\", "%", "_"),
            RowCondition (place, text) => new TextMatch("name", place, text)
        ),
        OneOf("region", "count").Select(RowCondition (column) => new Presence(column))
    );

    private static readonly Gen<RowCondition> s_condition = Gen.Recursive<RowCondition>(
        (depth, inner) =>
            depth > 2
                ? s_leaf
                : Gen.OneOf(
                    s_leaf,
                    inner.Select(RowCondition (one) => new Negation(one)),
                    inner.Array[0, 3].Select(RowCondition (all) => new AllOf([.. all])),
                    inner.Array[0, 3].Select(RowCondition (any) => new AnyOf([.. any]))
                )
    );

    // Three values, as RowCondition's remarks say them; null is "neither".
    private static bool? Truth(RowCondition condition, JsonObject row) =>
        condition switch
        {
            Presence presence => row[presence.Column] is not null,
            Negation not => !Truth(not.Condition, row),
            AllOf all => all.Conditions.Select(one => Truth(one, row)).Aggregate((bool?)true, (a, b) => a & b),
            AnyOf any => any.Conditions.Select(one => Truth(one, row)).Aggregate((bool?)false, (a, b) => a | b),
            Comparison { Column: var column } when row[column] is null => null,
            Membership { Column: var column } when row[column] is null => null,
            TextMatch { Column: var column } when row[column] is null => null,
            Comparison comparison => Compare(row[comparison.Column]!.GetValue<string>(), comparison),
            Membership membership => membership.Values.Contains(
                new TextConstant(row[membership.Column]!.GetValue<string>())
            ),
            TextMatch match => row[match.Column]!.GetValue<string>() is var text
                && match.Place switch
                {
                    TextPlace.Start => text.StartsWith(match.Text, StringComparison.Ordinal),
                    TextPlace.End => text.EndsWith(match.Text, StringComparison.Ordinal),
                    _ => text.Contains(match.Text, StringComparison.Ordinal),
                },
            _ => throw new InvalidOperationException(),
        };

    private static bool Compare(string held, Comparison comparison)
    {
        var order = comparison.Value is NumberConstant number
            ? decimal.Parse(held, System.Globalization.CultureInfo.InvariantCulture)
                .CompareTo(decimal.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture))
            : string.CompareOrdinal(held, ((TextConstant)comparison.Value).Value);
        return comparison.Operator switch
        {
            ComparisonOperator.Equal => order == 0,
            ComparisonOperator.NotEqual => order != 0,
            ComparisonOperator.Less => order < 0,
            ComparisonOperator.LessOrEqual => order <= 0,
            ComparisonOperator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static Comparison Is(string column, string value) =>
        new(column, ComparisonOperator.Equal, new TextConstant(value));

    private static ViewDefinition North(string name) => new(name, People(), s_columns, Is("region", "north"), [Ana]);

    private static JsonObject Person(string? region, string? name, int? count = 1, string? amount = "1.00") =>
        new()
        {
            ["region"] = region,
            ["name"] = name,
            ["amount"] = amount,
            ["count"] = count is { } number ? $"{number}" : null,
            ["active"] = "true",
            ["since"] = "2026-02-03",
            ["seen"] = "2026-02-03T23:59:59.999999Z",
            ["address"] = new JsonObject { ["city"] = "Leeds" },
        };

    private async Task LandAsync(Dataset dataset, params JsonObject[] rows)
    {
        MaskedRow[] masked = [.. rows.Select((row, at) => Row(at, row))];
        await Warehouse.AppendAsync(Batch(dataset, s_schema, rows.Length, masked), Cancelled);
    }

    private protected Task LandOneAsync() => LandAsync(People(), Person("north", "a"));

    private protected async Task IssueForGroupsAsync(int? size)
    {
        var group = size is { } people ? new SmallestGroup(people, "name") : null;
        await Warehouse.IssueViewAsync(North("v1") with { SmallestGroup = group }, Cancelled);
    }

    private async Task<string?> RefusalAsync(ViewDefinition view) =>
        (await Warehouse.IssueViewAsync(view, Cancelled)).Refusal?.Code;
}

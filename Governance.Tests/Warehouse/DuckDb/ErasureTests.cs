using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb;

public sealed class ErasureTests : IDisposable
{
    private const string KeySet = "request 1";

    private readonly TemporaryWarehouse _warehouse = new();

    public void Dispose() => _warehouse.Dispose();

    // A table whose identifiers stand everywhere that a contract can put one.
    private static readonly Column s_id = Column("id", "customer");
    private static readonly Column s_email = Column("contact.email", "email");
    private static readonly Column s_phones = Column("contact.phones[].number", "phone");
    private static readonly Column s_newsletter = Column("preferences.newsletter", "email");
    private static readonly Column s_members = Column("groups[].members[]", "customer");
    private static readonly Column s_either = Column("either.address", "email");
    private static readonly Column[] s_columns = [s_id, s_email, s_phones, s_newsletter, s_members, s_either];

    private static readonly ListType s_uuids = new(ScalarType.Uuid, ItemNullable: true);

    private static readonly MaskedSchema s_schema = Schema(
        Field("id", ScalarType.Uuid),
        Field(
            "contact",
            new StructType([
                Field("email", ScalarType.Uuid),
                Field("phones", new ListType(new StructType([Field("number", ScalarType.Uuid)]), ItemNullable: true)),
            ])
        ),
        Field("preferences", new MapType(ScalarType.Uuid, ValueNullable: true)),
        Field("groups", new ListType(new StructType([Field("members", s_uuids)]), ItemNullable: true)),
        Field(
            "either",
            new StructType([
                Field("string_value", ScalarType.Text),
                Field("Home_value", new StructType([Field("address", ScalarType.Uuid)])),
                Field("Work_value", new StructType([Field("address", ScalarType.Uuid)])),
            ])
        ),
        Field("note", ScalarType.Text),
        Field("amount", ScalarKind.Double)
    );

    private static Dataset Everywhere(string name) =>
        Dataset(
            name,
            s_id,
            Column("contact", children: [s_email, Column("contact.phones", children: [s_phones])]),
            Column("preferences", children: [s_newsletter]),
            Column("groups", children: [s_members]),
            Column("either", children: [s_either]),
            Column("note", category: "user.content"),
            Column("amount")
        );

    /// <summary>A row as the test sees it: null stands for whatever may be null on the way to the value.</summary>
    private sealed record Model(
        int? Id,
        int? Email,
        ImmutableArray<int?>? Phones,
        int? Newsletter,
        ImmutableArray<ImmutableArray<int?>?>? Groups,
        (int Branch, int? Value) Either
    )
    {
        public IEnumerable<(Column Column, int? Value)> Values() =>
            new (Column, int?)[]
            {
                (s_id, Id),
                (s_email, Email),
                (s_newsletter, Newsletter),
                (s_either, Either.Branch == 0 ? null : Either.Value),
            }
                .Concat((Phones ?? []).Select(phone => (s_phones, phone)))
                .Concat((Groups ?? []).SelectMany(group => group ?? []).Select(member => (s_members, member)));

        public bool Holds(IReadOnlySet<LinkedIdentifier> keys, IEnumerable<Column> columns) =>
            Identifiers(columns).Any(keys.Contains);

        public IEnumerable<LinkedIdentifier> Identifiers(IEnumerable<Column> columns) =>
            from value in Values()
            where value.Value is not null && columns.Contains(value.Column)
            select new LinkedIdentifier(value.Column.Identifier!, Surrogate(value.Value!.Value));

        public JsonObject ToJson(int at) =>
            new()
            {
                ["id"] = Text(Id),
                ["contact"] =
                    Email is null && Phones is null
                        ? null
                        : new JsonObject
                        {
                            ["email"] = Text(Email),
                            ["phones"] = Phones is { } phones
                                ? new JsonArray([
                                    .. phones.Select(
                                        (phone, nth) =>
                                            phone is null && nth % 2 == 0
                                                ? null
                                                : new JsonObject { ["number"] = Text(phone) }
                                    ),
                                ])
                                : null,
                        },
                ["preferences"] =
                    Newsletter is null && at % 3 == 0
                        ? null
                        : new JsonObject { ["newsletter"] = Text(Newsletter), ["other"] = Text(at % 4) },
                ["groups"] = Groups is { } groups
                    ? new JsonArray([
                        .. groups.Select(group => new JsonObject
                        {
                            ["members"] = group is { } members ? new JsonArray([.. members.Select(Text)]) : null,
                        }),
                    ])
                    : null,
                ["either"] = new JsonObject
                {
                    ["string_value"] = Either.Branch == 0 ? "text" : null,
                    ["Home_value"] = Either.Branch == 1 ? new JsonObject { ["address"] = Text(Either.Value) } : null,
                    ["Work_value"] = Either.Branch == 2 ? new JsonObject { ["address"] = Text(Either.Value) } : null,
                },
                ["note"] = at % 2 == 0 ? "same" : null,
                ["amount"] = "NaN",
            };

        private static JsonValue? Text(int? value) => value is { } v ? JsonValue.Create($"{Surrogate(v)}") : null;
    }

    // One small universe for all domains: the same surrogate in two domains must not be taken for one.
    private static Guid Surrogate(int value) => new(value, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0);

    private static readonly Gen<int?> s_value = Gen.Frequency(
        (2, Gen.Const((int?)null)),
        (3, Gen.Int[0, 9].Select(v => (int?)v))
    );

    private static Gen<ImmutableArray<T>?> ListOf<T>(Gen<T> item) =>
        Gen.Frequency(
            (1, Gen.Const((ImmutableArray<T>?)null)),
            (4, item.Array[0, 3].Select(items => (ImmutableArray<T>?)[.. items]))
        );

    private static readonly Gen<Model> s_model = Gen.Select(
        s_value,
        s_value,
        ListOf(s_value),
        s_value,
        ListOf(ListOf(s_value)),
        Gen.Select(Gen.Int[0, 2], s_value),
        (id, email, phones, newsletter, groups, either) => new Model(id, email, phones, newsletter, groups, either)
    );

    private static readonly Gen<LinkedIdentifier> s_key = Gen.Select(
        Gen.OneOf(Gen.Const("customer"), Gen.Const("email"), Gen.Const("phone")),
        Gen.Int[0, 9],
        (domain, value) => new LinkedIdentifier(domain, Surrogate(value))
    );

    private sealed record Case(
        Model[] Rows,
        LinkedIdentifier[] Keys,
        LinkedIdentifier[] OthersKeys,
        Column[] Columns,
        ErasureAction Action
    );

    private static readonly Gen<Case> s_case = Gen.Select(
        s_model.Array[0, 25],
        s_key.Array[0, 3],
        s_key.Array[0, 5],
        Gen.Int[0, (1 << 6) - 1].Select(mask => s_columns.Where((_, at) => (mask & (1 << at)) != 0).ToArray()),
        Gen.Bool.Select(clear => clear ? ErasureAction.Clear : ErasureAction.Delete),
        (rows, keys, others, columns, action) => new Case(rows, keys, others, columns, action)
    );

    [Fact]
    public async Task EraseAsync_RandomRowsAndKeys_DoesWhatTheModelDoes()
    {
        var number = 0;
        await s_case.SampleAsync(@case => CheckAsync(@case, Interlocked.Increment(ref number)), iter: 60, threads: 1);
    }

    private async Task CheckAsync(Case @case, int number)
    {
        var warehouse = _warehouse.Warehouse;
        var dataset = Everywhere($"t{number}");
        var keySet = $"set {number}";
        await _warehouse.Append(
            dataset,
            s_schema,
            next: @case.Rows.Length,
            [.. @case.Rows.Select((row, at) => Row(at, row.ToJson(at)))]
        );
        await warehouse.AddKeysAsync(keySet, @case.Keys, Cancelled);
        await warehouse.AddKeysAsync(keySet, @case.Keys, Cancelled);
        await warehouse.AddKeysAsync($"others {number}", @case.OthersKeys, Cancelled);

        var keys = @case.Keys.ToHashSet();
        (await warehouse.ReadKeysAsync(keySet, Cancelled)).Should().BeEquivalentTo(keys);
        var matched = @case
            .Rows.Where(row => row.Holds(keys, @case.Columns))
            .ToHashSet(ReferenceEqualityComparer.Instance);
        var matchedAt = Enumerable
            .Range(0, @case.Rows.Length)
            .Where(at => matched.Contains(@case.Rows[at]))
            .ToHashSet();

        (await warehouse.CountAsync(keySet, dataset, @case.Columns, Cancelled))
            .Should()
            .Be(new MatchCount(@case.Rows.Length, matched.Count));
        (await warehouse.FollowAsync(keySet, dataset, @case.Columns, s_columns, Cancelled))
            .Should()
            .BeEquivalentTo(matched.Cast<Model>().SelectMany(row => row.Identifiers(s_columns)).Distinct());
        (await warehouse.StillHeldAsync(dataset, @case.Columns, @case.OthersKeys, Cancelled))
            .Should()
            .BeEquivalentTo(@case.Rows.SelectMany(row => row.Identifiers(@case.Columns)).Intersect(@case.OthersKeys));

        var untouched = await Rows(dataset.Name, matchedAt);
        var job = new ErasureJob($"job {number}", keySet, dataset, @case.Columns, @case.Action);
        var outcome = (await warehouse.EraseAsync(job, Cancelled)).Value;

        var left = @case.Action == ErasureAction.Delete ? @case.Rows.Length - matched.Count : @case.Rows.Length;
        outcome
            .Should()
            .BeEquivalentTo(
                new ErasureOutcome(
                    @case.Rows.Length,
                    matched.Count,
                    matched.Count,
                    left,
                    outcome.ControlBefore,
                    outcome.ControlBefore
                )
            );
        (await Rows(dataset.Name, matchedAt)).Should().Equal(untouched);
        (await warehouse.CountAsync(keySet, dataset, @case.Columns, Cancelled)).Should().Be(new MatchCount(left, 0));
        var cleared = await _warehouse.Query(
            $"""
            SELECT count(*) FROM {dataset.Name} WHERE id IS NULL AND contact IS NULL AND preferences IS NULL
            AND groups IS NULL AND either IS NULL AND note IS NULL AND isnan(amount)
            """
        );
        cleared.Should().Equal(@case.Action == ErasureAction.Clear ? $"{matched.Count}" : "0");

        // The key set may have changed, and rows may have come: the job does not run again.
        await warehouse.AddKeysAsync(keySet, @case.OthersKeys, Cancelled);
        var all = await Rows(dataset.Name, []);
        (await warehouse.EraseAsync(job, Cancelled)).Value.Should().Be(outcome);
        (await Rows(dataset.Name, [])).Should().Equal(all);
    }

    private Task<string[]> Rows(string table, HashSet<int> but) =>
        _warehouse.Query(
            $"SELECT * FROM {table} WHERE NOT list_contains(CAST([{string.Join(',', but)}] AS BIGINT[]), _offset) ORDER BY _offset"
        );

    [Fact]
    public async Task EraseAsync_NoTableOrNoSuchColumn_MatchesNothingAndIsRecorded()
    {
        var warehouse = _warehouse.Warehouse;
        var missing = Everywhere("missing");
        var other = Everywhere("other");
        await _warehouse.Append(
            other,
            Schema(Field("id", ScalarType.Text)),
            next: 1,
            Row(0, new() { ["id"] = "text" })
        );
        await warehouse.AddKeysAsync(KeySet, [new("customer", Surrogate(1))], Cancelled);

        (await warehouse.CountAsync(KeySet, missing, s_columns, Cancelled)).Should().Be(new MatchCount(0, 0));
        (await warehouse.CountAsync(KeySet, other, s_columns, Cancelled)).Should().Be(new MatchCount(1, 0));
        (await warehouse.FollowAsync(KeySet, missing, s_columns, s_columns, Cancelled)).Should().BeEmpty();
        (await warehouse.FollowAsync(KeySet, other, s_columns, s_columns, Cancelled)).Should().BeEmpty();
        (await warehouse.StillHeldAsync(missing, s_columns, [new("customer", Surrogate(1))], Cancelled))
            .Should()
            .BeEmpty();
        (await warehouse.StillHeldAsync(other, s_columns, [], Cancelled)).Should().BeEmpty();

        var gone = (await warehouse.EraseAsync(Job(missing, ErasureAction.Delete), Cancelled)).Value;
        var none = (await warehouse.EraseAsync(Job(other, ErasureAction.Clear), Cancelled)).Value;

        gone.Should().Be(new ErasureOutcome(0, 0, 0, 0, "0:0", "0:0"));
        (none.RowsBefore, none.Matched, none.RowsAfter).Should().Be((1, 0, 1));
        (await _warehouse.Query("SELECT count(*) FROM _governance_jobs")).Should().Equal("2");
    }

    [Fact]
    public async Task EraseAsync_AfterReopening_ReturnsTheRecordedOutcome()
    {
        var dataset = Everywhere("t");
        var row = new Model(1, null, null, null, null, (0, null));
        await _warehouse.Append(dataset, s_schema, next: 1, Row(0, row.ToJson(0)));
        await _warehouse.Warehouse.AddKeysAsync(KeySet, [new("customer", Surrogate(1))], Cancelled);
        var outcome = (await _warehouse.Warehouse.EraseAsync(Job(dataset, ErasureAction.Delete), Cancelled)).Value;

        _warehouse.Reopen();
        await _warehouse.Append(dataset, s_schema, next: 2, Row(1, row.ToJson(1)));

        (await _warehouse.Warehouse.EraseAsync(Job(dataset, ErasureAction.Delete), Cancelled))
            .Value.Should()
            .Be(outcome);
        (await _warehouse.Query("SELECT _offset FROM t")).Should().Equal("1");
    }

    [Fact]
    public async Task EraseAsync_IdOfAnotherJob_IsRefused()
    {
        var job = Job(Everywhere("t"), ErasureAction.Delete);
        await _warehouse.Warehouse.EraseAsync(job, Cancelled);

        var erase = () => _warehouse.Warehouse.EraseAsync(job with { Dataset = Everywhere("u") }, Cancelled);

        await erase.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task EraseAsync_Retain_IsRefused()
    {
        var erase = () => _warehouse.Warehouse.EraseAsync(Job(Everywhere("t"), ErasureAction.Retain), Cancelled);

        await erase.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task EraseAsync_Clear_KeepsWhatIsRetainedAndClearsWhatNoContractKnows()
    {
        var retained = new ErasureRule(ErasureAction.Retain, "GDPR Art. 17(3)(b)", new(6, "y"));
        var dataset = Dataset(
            "t",
            Column("id", "customer", onErasure: retained),
            Column("tax", category: "user.financial", onErasure: retained),
            Column("name", category: "user.name"),
            Column("amount")
        );
        string[] names = ["id", "tax", "name", "amount", "forgotten"];
        var schema = Schema([.. names.Select(name => Field(name, name == "id" ? ScalarType.Uuid : ScalarType.Text))]);
        var json = new JsonObject();
        foreach (var name in names)
        {
            json[name] = name == "id" ? $"{Surrogate(1)}" : name;
        }

        await _warehouse.Append(dataset, schema, next: 1, Row(0, json));
        await _warehouse.Warehouse.AddKeysAsync(KeySet, [new("customer", Surrogate(1))], Cancelled);
        await _warehouse.Warehouse.EraseAsync(
            new ErasureJob("job", KeySet, dataset, [dataset.Columns[0]], ErasureAction.Clear),
            Cancelled
        );

        (await _warehouse.Query("SELECT id, tax, name, amount, forgotten FROM t"))
            .Should()
            .Equal("NULL | tax | NULL | amount | NULL");
    }

    [Fact]
    public async Task DropKeysAsync_OneSet_LeavesOthers()
    {
        var warehouse = _warehouse.Warehouse;
        await warehouse.AddKeysAsync("a", [new("email", Surrogate(1)), new("email", Surrogate(1))], Cancelled);
        await warehouse.AddKeysAsync("b", [new("email", Surrogate(1))], Cancelled);
        await warehouse.AddKeysAsync("b", [], Cancelled);

        await warehouse.DropKeysAsync("a", Cancelled);
        await warehouse.DropKeysAsync("a", Cancelled);

        (await warehouse.ReadKeysAsync("a", Cancelled)).Should().BeEmpty();
        (await warehouse.ReadKeysAsync("b", Cancelled)).Should().Equal(new LinkedIdentifier("email", Surrogate(1)));
    }

    [Fact]
    public async Task EraseAsync_HeldGate_KeepsAppendsOut()
    {
        var dataset = Everywhere("t");
        await _warehouse.Append(dataset, s_schema, next: 0);
        Task append;
        await using (await _warehouse.Warehouse.EnterWriteAsync(Cancelled))
        {
            using (ExecutionContext.SuppressFlow())
            {
                var row = new Model(1, null, null, null, null, (0, null)).ToJson(0);
                append = Task.Run(() => _warehouse.Append(dataset, s_schema, next: 1, Row(0, row)), Cancelled);
            }

            await Task.Delay(100, Cancelled);
            await _warehouse.Warehouse.AddKeysAsync(KeySet, [new("customer", Surrogate(1))], Cancelled);
            var outcome = (await _warehouse.Warehouse.EraseAsync(Job(dataset, ErasureAction.Delete), Cancelled)).Value;
            (outcome.RowsBefore, append.IsCompleted).Should().Be((0, false));
        }

        await append;
        (await _warehouse.Query("SELECT count(*) FROM t")).Should().Equal("1");
    }

    public static TheoryData<ErasureAction, ErasureOutcome, long> Wrong =>
        new()
        {
            { ErasureAction.Delete, new(5, 2, 2, 4, "3:1", "3:1"), 0 },
            { ErasureAction.Delete, new(5, 2, 1, 3, "3:1", "3:1"), 0 },
            { ErasureAction.Delete, new(5, 2, 2, 3, "3:1", "3:1"), 1 },
            { ErasureAction.Delete, new(5, 2, 2, 3, "3:1", "3:2"), 0 },
            { ErasureAction.Clear, new(5, 2, 2, 3, "3:1", "3:1"), 0 },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_CountsThatDoNotAddUp_Throws(ErasureAction action, ErasureOutcome outcome, long matchedAfter)
    {
        var check = () =>
            ErasureInvariant.Check(Job(Everywhere("t"), action), outcome, matchedAfter, "Nothing was changed.");

        check.Should().Throw<ErasureInvariantException>().WithMessage("*Table t*");
    }

    private static ErasureJob Job(Dataset dataset, ErasureAction action) =>
        new($"job {dataset.Name}", KeySet, dataset, s_columns, action);
}

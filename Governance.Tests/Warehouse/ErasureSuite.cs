using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse;

/// <summary>What every warehouse must do for an erasure: the same as a model in memory does, over random rows, keys and contracts.</summary>
public abstract class ErasureSuite
{
    private protected const string KeySet = "request 1";

    private protected abstract IWarehouse Warehouse { get; }

    /// <summary>How many random cases are tried.</summary>
    private protected virtual int Cases => 60;

    /// <summary>All columns of a table's rows as text, by offset, without the rows at some offsets.</summary>
    private protected abstract Task<IReadOnlyList<string>> RowsAsync(string table, IReadOnlySet<int> but);

    /// <summary>How many rows have nothing in any column of the records but a number in <c>amount</c>.</summary>
    private protected abstract Task<long> CountClearedAsync(string table);

    // A table whose identifiers stand everywhere that a contract can put one.
    private protected static readonly Column s_id = Column("id", "customer");
    private protected static readonly Column s_email = Column("contact.email", "email");
    private protected static readonly Column s_phones = Column("contact.phones[].number", "phone");
    private protected static readonly Column s_newsletter = Column("preferences.newsletter", "email");
    private protected static readonly Column s_members = Column("groups[].members[]", "customer");
    private protected static readonly Column s_either = Column("either.address", "email");
    private protected static readonly Column[] s_columns = [s_id, s_email, s_phones, s_newsletter, s_members, s_either];

    private protected static readonly ListType s_uuids = new(ScalarType.Uuid, ItemNullable: true);

    private protected static readonly MaskedSchema s_schema = Schema(
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

    private protected static Dataset Everywhere(string name) =>
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
    private protected sealed record Model(
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
    private protected static Guid Surrogate(int value) => new(value, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0);

    private protected static readonly Gen<int?> s_value = Gen.Frequency(
        (2, Gen.Const((int?)null)),
        (3, Gen.Int[0, 9].Select(v => (int?)v))
    );

    private protected static Gen<ImmutableArray<T>?> ListOf<T>(Gen<T> item) =>
        Gen.Frequency(
            (1, Gen.Const((ImmutableArray<T>?)null)),
            (4, item.Array[0, 3].Select(items => (ImmutableArray<T>?)[.. items]))
        );

    private protected static readonly Gen<Model> s_model = Gen.Select(
        s_value,
        s_value,
        ListOf(s_value),
        s_value,
        ListOf(ListOf(s_value)),
        Gen.Select(Gen.Int[0, 2], s_value),
        (id, email, phones, newsletter, groups, either) => new Model(id, email, phones, newsletter, groups, either)
    );

    private protected static readonly Gen<LinkedIdentifier> s_key = Gen.Select(
        Gen.OneOf(Gen.Const("customer"), Gen.Const("email"), Gen.Const("phone")),
        Gen.Int[0, 9],
        (domain, value) => new LinkedIdentifier(domain, Surrogate(value))
    );

    private protected sealed record Case(
        Model[] Rows,
        LinkedIdentifier[] Keys,
        LinkedIdentifier[] OthersKeys,
        Column[] Columns,
        ErasureAction Action
    );

    private protected static readonly Gen<Case> s_case = Gen.Select(
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
        await s_case.SampleAsync(
            @case => CheckAsync(@case, Interlocked.Increment(ref number)),
            iter: Cases,
            threads: 1
        );
    }

    // Two identifiers in one row are linked, however deep they stand; an identifier with itself is no link.
    private async Task CheckLinksAsync(Case @case, Dataset dataset, int number)
    {
        var keys = @case.Keys.ToHashSet();
        var links =
            from row in @case.Rows
            from key in row.Identifiers(@case.Columns).Where(keys.Contains)
            from other in row.Identifiers(s_columns)
            where key != other
            select new IdentifierLink(key, other);
        var found = await Warehouse.LinksAsync($"set {number}", dataset, @case.Columns, s_columns, Cancelled);
        found.Should().OnlyHaveUniqueItems();
        found.Where(link => link.Key != link.Other).Should().BeEquivalentTo(links.Distinct());
    }

    // The keys of two people, some of them shared: each person's rows are counted, and one person can be taken out.
    private async Task CheckOwnersAsync(Case @case, Dataset dataset, int number)
    {
        var set = $"owned {number}";
        var (one, two) = (Surrogate(1001), Surrogate(1002));
        OwnedKey[] keys =
        [
            .. @case.Keys.Select(key => new OwnedKey(key, one)),
            .. @case.OthersKeys.Select(key => new OwnedKey(key, two)),
        ];
        await Warehouse.AddOwnedKeysAsync(set, keys, Cancelled);
        await Warehouse.AddOwnedKeysAsync(set, keys, Cancelled);
        (await Warehouse.ReadOwnedKeysAsync(set, Cancelled)).Should().BeEquivalentTo(keys.Distinct());
        (await Warehouse.CountByOwnerAsync(set, dataset, @case.Columns, Cancelled))
            .Should()
            .BeEquivalentTo(Counts(@case, (one, @case.Keys), (two, @case.OthersKeys)));

        await Warehouse.RemoveKeysAsync(set, [two], Cancelled);
        (await Warehouse.CountByOwnerAsync(set, dataset, @case.Columns, Cancelled))
            .Should()
            .BeEquivalentTo(Counts(@case, (one, @case.Keys)));
        await Warehouse.DropKeysAsync(set, Cancelled);
    }

    private static Dictionary<Guid, long> Counts(Case @case, params (Guid Owner, LinkedIdentifier[] Keys)[] owners) =>
        owners
            .Select(owner =>
                (owner.Owner, Rows: (long)@case.Rows.Count(row => row.Holds(owner.Keys.ToHashSet(), @case.Columns)))
            )
            .Where(count => count.Rows > 0)
            .ToDictionary(count => count.Owner, count => count.Rows);

    private async Task CheckAsync(Case @case, int number)
    {
        var warehouse = Warehouse;
        var dataset = Everywhere($"t{number}");
        var keySet = $"set {number}";
        MaskedRow[] rows = [.. @case.Rows.Select((row, at) => Row(at, row.ToJson(at)))];
        await warehouse.AppendAsync(Batch(dataset, s_schema, rows.Length, rows), Cancelled);
        await warehouse.AddKeysAsync(keySet, @case.Keys, Cancelled);
        await warehouse.AddKeysAsync(keySet, @case.Keys, Cancelled);
        await warehouse.AddKeysAsync($"others {number}", @case.OthersKeys, Cancelled);

        var keys = @case.Keys.ToHashSet();
        (await warehouse.ReadKeysAsync(keySet, Cancelled)).Should().BeEquivalentTo(keys);
        (await warehouse.FindKeysAsync([keySet], [Guid.NewGuid(), .. keys.Select(key => key.Surrogate)], Cancelled))
            .Should()
            .BeEquivalentTo(keys.Select(key => key.Surrogate).ToHashSet());
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
        await CheckLinksAsync(@case, dataset, number);
        await CheckOwnersAsync(@case, dataset, number);
        (await warehouse.StillHeldAsync(dataset, @case.Columns, @case.OthersKeys, Cancelled))
            .Should()
            .BeEquivalentTo(@case.Rows.SelectMany(row => row.Identifiers(@case.Columns)).Intersect(@case.OthersKeys));

        var untouched = await RowsAsync(dataset.Name, matchedAt);
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
        (await RowsAsync(dataset.Name, matchedAt)).Should().Equal(untouched);
        (await warehouse.CountAsync(keySet, dataset, @case.Columns, Cancelled)).Should().Be(new MatchCount(left, 0));
        (await CountClearedAsync(dataset.Name)).Should().Be(@case.Action == ErasureAction.Clear ? matched.Count : 0);

        // The key set may have changed, and rows may have come: the job does not run again. One that found nothing may look again.
        if (matched.Count == 0)
        {
            return;
        }

        await warehouse.AddKeysAsync(keySet, @case.OthersKeys, Cancelled);
        var all = await RowsAsync(dataset.Name, new HashSet<int>());
        (await warehouse.EraseAsync(job, Cancelled)).Value.Should().Be(outcome);
        (await RowsAsync(dataset.Name, new HashSet<int>())).Should().Equal(all);
    }
}

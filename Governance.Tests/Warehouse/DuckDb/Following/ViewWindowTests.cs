using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb.Following;
using Governance.Tests.Warehouse.SameRows;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb.Following;

/// <summary>Rows that have just landed are shown as the warehouse's view shows them: the same rows, the same columns, to the letter.</summary>
public sealed class ViewWindowTests : IDisposable
{
    private const string Ana = "user:ana@example.com";
    private const string Left = "limited.*.";

    private readonly TemporaryWarehouse _duckDb = new();
    private readonly ViewWindow _window = new();

    private sealed record Case(GeneratedTable Table, RowCondition Condition, LinkedIdentifier[] Left, int Generalize);

    private static readonly Gen<Case> s_case = GeneratedTable.Any.SelectMany(table =>
        Gen.Select(
            GeneratedCondition.Of(table),
            GeneratedTable.Key.Select(key => new LinkedIdentifier(key.Domain, key.Surrogate)).Array[0, 4],
            Gen.Int[0, 3],
            (condition, left, generalize) => new Case(table, condition, left, generalize)
        )
    );

    public void Dispose()
    {
        _window.Dispose();
        _duckDb.Dispose();
    }

    [Fact]
    public async Task Show_OfGeneratedRowsAndViews_IsWhatTheWarehousesViewShows()
    {
        var number = 0;
        var (shown, hidden) = (0, 0);

        await s_case.SampleAsync(
            async @case =>
            {
                var (seen, all) = await CompareAsync(@case, Interlocked.Increment(ref number));
                shown += seen;
                hidden += all - seen;
            },
            iter: 60,
            threads: 1
        );

        // Two that show nothing, or everything, are equal, too.
        shown.Should().BePositive();
        hidden.Should().BePositive();
    }

    [Fact]
    public async Task Show_BatchAfterBatch_KeepsNothing()
    {
        var (dataset, schema) = (Dataset("t", Column("a")), Schema(Field("a", ScalarType.Text)));
        await _duckDb.Append(dataset, schema, 1, Row(0, new() { ["a"] = "x" }));
        _window.Widen(dataset, (await _duckDb.Warehouse.FindShapeAsync(dataset, Cancelled))!);
        _window.Put(View(dataset, ["a"], RowCondition.Everything)).Refusal.Should().BeNull();

        for (var batch = 0; batch < 3; batch++)
        {
            Show(dataset, schema, $$"""{"a":"{{batch}}"}""").Should().Equal($$"""{"a":"{{batch}}"}""");
        }
    }

    [Fact]
    public async Task Show_RowsOfAnOlderSchema_HaveTheTablesColumns()
    {
        var dataset = Dataset("t", Column("a"), Column("b"));
        var wide = Schema(Field("a", ScalarType.Text), Field("b", ScalarKind.Int64));
        await _duckDb.Append(dataset, wide, 1, Row(0, new() { ["a"] = "x", ["b"] = "1" }));
        _window.Widen(dataset, (await _duckDb.Warehouse.FindShapeAsync(dataset, Cancelled))!);
        _window
            .Put(View(dataset, ["a", "b"], new Negation(new Presence("b"))))
            .Refusal.Should()
            .BeNull("the table has the column, whether or not a batch brings it");

        Show(dataset, Schema(Field("a", ScalarType.Text)), """{"a":"old"}""")
            .Should()
            .Equal("""{"a":"old","b":null}""");
    }

    [Fact]
    public void Show_RowsThatBringANewColumn_GoOnBesideTheViewAsItWas()
    {
        var dataset = Dataset("t", Column("a"), Column("b"));
        _window.Widen(dataset, new StructType([Field("a", ScalarType.Text)]));
        _window.Put(View(dataset, ["a"], RowCondition.Everything)).Refusal.Should().BeNull();

        Show(
                dataset,
                Schema(Field("a", ScalarType.Text), Field("b", ScalarType.Text)),
                """{"a":"x","b":"not granted"}"""
            )
            .Should()
            .Equal("""{"a":"x"}""");
    }

    [Fact]
    public void Put_OfAColumnThatIsNotThere_IsRefusedAndShowsNothing()
    {
        var dataset = Dataset("t", Column("a"));
        _window.Widen(dataset, new StructType([Field("a", ScalarType.Text)]));

        _window.Put(View(dataset, ["nowhere"], RowCondition.Everything)).Refusal.Should().NotBeNull();

        _window
            .Show(Source, Rows(dataset, Schema(Field("a", ScalarType.Text)), """{"a":"x"}"""), _duckDb.Time.GetUtcNow())
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void Show_AfterTheGrantsEnd_ShowsNothing()
    {
        var dataset = Dataset("t", Column("a"));
        _window.Widen(dataset, new StructType([Field("a", ScalarType.Text)]));
        _window
            .Put(
                View(dataset, ["a"], RowCondition.Everything) with
                {
                    Until = TimeProvider.System.GetUtcNow().AddSeconds(-1),
                }
            )
            .Refusal.Should()
            .BeNull();

        Show(dataset, Schema(Field("a", ScalarType.Text)), """{"a":"x"}""").Should().BeEmpty();
    }

    private async Task<(int Shown, int All)> CompareAsync(Case @case, int number)
    {
        var dataset = Dataset($"t{number}", @case.Table.Columns);
        var dates = @case
            .Table.Scalars.Where(column => column.Type.Kind is ScalarKind.Date or ScalarKind.Timestamp)
            .Select(column => column.Name);
        var view = View(
            dataset,
            [.. @case.Table.Schema.Columns.Select(column => column.Name), "_event_time"],
            @case.Condition
        ) with
        {
            Without = [Left],
            Generalized =
                @case.Generalize == 0
                    ? ImmutableDictionary<string, Generalization>.Empty
                    : dates.ToImmutableDictionary(
                        name => name,
                        _ =>
                            Enum.GetValues<Generalization>()[
                                @case.Generalize % Enum.GetValues<Generalization>().Length
                            ],
                        StringComparer.Ordinal
                    ),
        };
        var rows = Rows(dataset, @case.Table.Schema, [.. @case.Table.Rows]);
        await _duckDb.Warehouse.AppendAsync(Batch(dataset, @case.Table.Schema, rows.Rows.Count, rows.Rows), Cancelled);
        await _duckDb.Warehouse.DropKeysAsync($"{Left}x", Cancelled);
        await ((IWarehouse)_duckDb.Warehouse).AddKeysAsync($"{Left}x", @case.Left, Cancelled);
        (await _duckDb.Warehouse.IssueViewAsync(view, Cancelled)).Refusal.Should().BeNull();
        var expected = await _duckDb.Warehouse.ReadViewAsync(view.Name, [Ana], 1_000, Cancelled);

        _window.Widen(dataset, (await _duckDb.Warehouse.FindShapeAsync(dataset, Cancelled))!);
        _window.PutKeys($"{Left}x", @case.Left);
        _window.Put(view).Refusal.Should().BeNull();
        var shown = _window.Show(Source, rows, _duckDb.Time.GetUtcNow());
        _window.Remove(view.Name);

        shown[view.Name].Should().Equal(expected, "{0}", @case.Table);
        return (expected.Count, rows.Rows.Count);
    }

    private IReadOnlyList<string> Show(Dataset dataset, MaskedSchema schema, params string[] rows) =>
        _window.Show(Source, Rows(dataset, schema, rows), _duckDb.Time.GetUtcNow())[$"v_{dataset.Name}"];

    private static ViewDefinition View(Dataset dataset, ImmutableArray<string> columns, RowCondition condition) =>
        new($"v_{dataset.Name}", dataset, columns, condition, [Ana]);

    private static MaskedRows Rows(Dataset dataset, MaskedSchema schema, params string[] rows) =>
        new(
            dataset,
            schema,
            [
                .. rows.Select(
                    (row, at) =>
                        new MaskedRow(0, at, DateTimeOffset.UnixEpoch.AddSeconds(at), Encoding.UTF8.GetBytes(row))
                ),
            ]
        );
}

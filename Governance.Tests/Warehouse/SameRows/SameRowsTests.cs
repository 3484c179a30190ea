using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Governance.Tests.Warehouse.BigQuery;
using Governance.Tests.Warehouse.DuckDb;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.SameRows;

/// <summary>
/// DuckDB and BigQuery, whose statements ZetaSQL runs, say and do the same with the same rows: of contracts, rows, keys and conditions that
/// are all generated. No model stands between them, which could be wrong as both are.
/// </summary>
public sealed class SameRowsTests : IAsyncLifetime
{
    private const string Ana = "user:ana@example.com";
    private const string Ben = "user:ben@example.com";
    private readonly TemporaryWarehouse _duckDb = new();
    private StandInWarehouse? _bigQuery;

    private sealed record Case(
        GeneratedTable Table,
        LinkedIdentifier[] Keys,
        LinkedIdentifier[] Others,
        int Chosen,
        ErasureAction Action,
        RowCondition View,
        RowCondition Rule
    )
    {
        public override string ToString() =>
            $"{Table}\n{Action} by {string.Join(", ", Keys)}, columns {Chosen:b}; others {string.Join(", ", Others)}\nview {View}\nrule {Rule}";
    }

    private static readonly Gen<LinkedIdentifier> s_key = GeneratedTable.Key.Select(key => new LinkedIdentifier(
        key.Domain,
        key.Surrogate
    ));

    private static readonly Gen<Case> s_case = GeneratedTable.Any.SelectMany(table =>
        Gen.Select(
            s_key.Array[0, 5],
            s_key.Array[0, 4],
            // By all columns, as the service does, or by some.
            Gen.Frequency((1, Gen.Const(-1)), (1, Gen.Int[0, 1 << 16])),
            GeneratedTable.OneOf(ErasureAction.Delete, ErasureAction.Clear),
            GeneratedCondition.Of(table),
            GeneratedCondition.Of(table),
            (keys, others, chosen, action, view, rule) => new Case(table, keys, others, chosen, action, view, rule)
        )
    );

    public async ValueTask InitializeAsync() => _bigQuery = await StandInWarehouse.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _duckDb.Dispose();
        await _bigQuery!.DisposeAsync();
    }

    [Fact]
    public async Task Warehouses_SameContractRowsAndKeys_SayAndDoTheSame()
    {
        var number = 0;
        var seen = new List<(long Matched, int Shown)>();

        await s_case.SampleAsync(
            async @case => seen.Add(await CompareAsync(@case, Interlocked.Increment(ref number))),
            iter: 20,
            threads: 1
        );

        // Two that do nothing are equal, too.
        seen.Should().Contain(one => one.Matched > 0).And.Contain(one => one.Shown > 0);
    }

    private async Task<(long Matched, int Shown)> CompareAsync(Case @case, int number)
    {
        var dataset = Dataset($"t{number}", @case.Table.Columns);
        Column[] all = [.. dataset.Identifiers()];
        Column[] columns = [.. all.Where((_, at) => (@case.Chosen & (1 << at)) != 0)];
        var keySet = $"set {number}";
        MaskedRow[] rows =
        [
            .. @case.Table.Rows.Select(
                (row, at) => new MaskedRow(0, at, DateTimeOffset.UnixEpoch.AddSeconds(at), Encoding.UTF8.GetBytes(row))
            ),
        ];
        foreach (var warehouse in new[] { _duckDb.Warehouse, _bigQuery!.Warehouse })
        {
            await warehouse.AppendAsync(Batch(dataset, @case.Table.Schema, rows.Length, rows), Cancelled);
            await warehouse.AddKeysAsync(keySet, @case.Keys, Cancelled);
        }

        var counted = await SameAsync(warehouse => warehouse.CountAsync(keySet, dataset, columns, Cancelled));
        await SameAsync(async warehouse =>
            string.Join(
                '\n',
                (await warehouse.LinksAsync(keySet, dataset, columns, all, Cancelled))
                    .Select(link => $"{link.Key} beside {link.Other}")
                    .Order(StringComparer.Ordinal)
            )
        );
        await SameAsync(async warehouse =>
            Ordered(await warehouse.StillHeldAsync(dataset, columns, @case.Others, Cancelled))
        );
        await SameRowsAsync(dataset, @case.Table.Schema);

        var shown = await SameViewAsync(@case, dataset, number);

        // The control sums are left out: each warehouse hashes rows in its own way, and compares only what it summed itself.
        var job = new ErasureJob($"job {number}", keySet, dataset, columns, @case.Action);
        var outcome = await SameAsync(async warehouse =>
            (await warehouse.EraseAsync(job, Cancelled)).Value with
            {
                ControlBefore = "",
                ControlAfter = "",
            }
        );
        outcome.Matched.Should().Be(counted.Matched);
        await SameRowsAsync(dataset, @case.Table.Schema);
        await SameAsync(warehouse => warehouse.CountAsync(keySet, dataset, columns, Cancelled));
        await SameAsync(async warehouse =>
            Ordered(await warehouse.StillHeldAsync(dataset, all, @case.Others, Cancelled))
        );
        await SameShownAsync(@case, $"v{number}", Ana);
        return (outcome.Matched, shown);
    }

    // A view as it is, and under a row rule, for whom the rule names and for whom it does not.
    private async Task<int> SameViewAsync(Case @case, Dataset dataset, int number)
    {
        var view = new ViewDefinition(
            $"v{number}",
            dataset,
            ["_offset", .. @case.Table.Scalars.Select(column => column.Name)],
            @case.View,
            [Ana, Ben]
        );
        await SameAsync(async warehouse => (await warehouse.IssueViewAsync(view, Cancelled)).Value.IsAuthorized);
        var shown = await SameShownAsync(@case, view.Name, Ana);
        await SameAsync(async warehouse =>
            string.Join(
                ' ',
                (await warehouse.PutRowRuleAsync(new RowRule("rule", dataset, @case.Rule, [Ana]), Cancelled))
                    .Value
                    .Members
            )
        );
        (await SameShownAsync(@case, view.Name, Ana)).Should().BeLessThanOrEqualTo(shown);
        (await SameShownAsync(@case, view.Name, Ben)).Should().Be(0, "a rule stands, and none names him");
        return shown;
    }

    private async Task<int> SameShownAsync(Case @case, string view, string member)
    {
        var types = @case.Table.Scalars.ToDictionary(
            column => column.Name,
            column => column.Type.Kind,
            StringComparer.Ordinal
        );
        var duckDb = await _duckDb.Warehouse.ReadViewAsync(view, [member], limit: 1000, Cancelled);
        var bigQuery = await _bigQuery!.Client.ReadJsonAsync(
            $"SELECT TO_JSON_STRING(t) FROM `test-project.published.{view}` AS t",
            member
        );
        Texts(bigQuery!).Should().Equal(Texts(duckDb.Select(row => JsonNode.Parse(row)!.AsObject())));
        return duckDb.Count;

        string[] Texts(IEnumerable<JsonObject> rows) =>
            [
                .. rows.OrderBy(row => row["_offset"]!.GetValue<long>())
                    .Select(row =>
                        string.Join(
                            " | ",
                            row.Select(field =>
                                $"{field.Key} {Text(types.GetValueOrDefault(field.Key, ScalarKind.Int64), field.Value)}"
                            )
                        )
                    ),
            ];
    }

    // Which rows are left, and of each in which columns anything is: a list or map that BigQuery has no null for is empty there.
    private async Task SameRowsAsync(Dataset dataset, MaskedSchema schema)
    {
        var duckDb = schema.Columns.Select(field =>
            field.Type switch
            {
                ListType => $"coalesce(len({field.Name}), 0) > 0",
                MapType => $"coalesce(cardinality({field.Name}), 0) > 0",
                _ => $"{field.Name} IS NOT NULL",
            }
        );
        var bigQuery = schema.Columns.Select(field =>
            field.Type is ListType or MapType ? $"ARRAY_LENGTH({field.Name}) > 0" : $"{field.Name} IS NOT NULL"
        );

        var left = await _duckDb.Query(
            $"SELECT _offset, {string.Join(", ", duckDb)} FROM {dataset.Name} ORDER BY _offset"
        );
        var other = await _bigQuery!.Client.QueryAsync(
            $"SELECT ARRAY_TO_STRING([CAST(_offset AS STRING), {string.Join(", ", bigQuery.Select(one => $"CAST({one} AS STRING)"))}], ' | ') FROM `test-project.energy.{dataset.Name}` ORDER BY _offset"
        );
        other.Should().Equal(left);
    }

    private async Task<T> SameAsync<T>(Func<IWarehouse, Task<T>> ask)
    {
        var duckDb = await ask(_duckDb.Warehouse);
        (await ask(_bigQuery!.Warehouse)).Should().Be(duckDb);
        return duckDb;
    }

    private static string Ordered(IEnumerable<LinkedIdentifier> identifiers) =>
        string.Join(", ", identifiers.Select(one => $"{one}").Order(StringComparer.Ordinal));

    // JSON has no form of its own for these: each warehouse writes them in another one.
    private static string Text(ScalarKind kind, JsonNode? value) =>
        (kind, value?.ToString()) switch
        {
            (_, null) => "NULL",
            (ScalarKind.Int64 or ScalarKind.Decimal or ScalarKind.Double, var number) => decimal.Parse(
                    number,
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture
                )
                .ToString("G29", CultureInfo.InvariantCulture),
            (ScalarKind.Timestamp, var instant) => DateTimeOffset
                .Parse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                .ToUniversalTime()
                .ToString("O", CultureInfo.InvariantCulture),
            (_, var text) => text,
        };
}

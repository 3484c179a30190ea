using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Bench.Measuring;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Bench.Requests;

/// <summary>What erasures cost: of many people at once, beside a statement for each person and table.</summary>
internal static class RequestBenchmark
{
    private const int BigTable = 5_000_000;
    private const int ManyPeople = 50_000;
    private const int Tables = 100;
    private const int People = 1_000;
    private const int Carried = 100;
    private const int Planned = 1_300;
    private const int Pairs = 5;

    /// <summary>Measures, prints the table, and answers 1 where a floor is missed.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="part"><c>table</c>, <c>tables</c> or <c>planning</c>; <see langword="null"/> for all.</param>
    public static async Task<int> RunAsync(TextWriter output, string? part = null)
    {
        var table = new Table("measure", "measured", "floor", "");
        var floors = new Floors(table, output);
        foreach (
            var (name, run) in new (string, Func<Floors, Task>)[]
            {
                ("table", BigTableAsync),
                ("tables", ManyTablesAsync),
                ("planning", PlanningAsync),
            }
        )
        {
            if (part is null || part == name)
            {
                await run(floors);
            }
        }

        table.WriteTo(output);
        output.WriteLine();
        output.WriteLine(floors.AreKept ? "All floors are kept." : "A floor is missed.");
        return floors.AreKept ? 0 : 1;
    }

    // One table of five million rows, at the warehouse's port: the counts before and after, checksums, the statement.
    private static async Task BigTableAsync(Floors floors)
    {
        await using var world = await RequestWorld.CreateAsync(TownOfTables.Catalog(1));
        var dataset = world.Current.Datasets.Single();
        Column[] columns = [.. dataset.Identifiers()];
        await world.FillAsync(dataset, BigTable, [], 0);
        await world.Warehouse.AddOwnedKeysAsync("one by one", Keys(0, 200), CancellationToken.None);
        await world.Warehouse.AddOwnedKeysAsync("many", Keys(1_000, ManyPeople), CancellationToken.None);

        var ratio = await StatementAsync(world, dataset, columns);
        var alone = await OneByOneAsync(world, dataset, [.. Keys(0, 200)]);
        var begin = Stopwatch.GetTimestamp();
        var counts = await world.Warehouse.CountByOwnerAsync("many", dataset, columns, CancellationToken.None);
        var job = new ErasureJob("many", "many", dataset, columns, ErasureAction.Delete);
        var outcome = (await world.Warehouse.EraseAsync(job, CancellationToken.None)).Value;
        var left = await world.Warehouse.CountByOwnerAsync("many", dataset, columns, CancellationToken.None);
        var each = Stopwatch.GetElapsedTime(begin).TotalSeconds / ManyPeople;
        if (outcome.Matched != counts.Values.Sum() || outcome.Matched != 3L * ManyPeople || left.Count > 0)
        {
            throw new InvalidOperationException("The batch has not erased what it should.");
        }

        floors.AtLeast(
            $"people x tables a second, {BigTable:N0} rows, {ManyPeople:N0} people, counted and verified",
            1 / each,
            20_000,
            "N0"
        );
        floors.AtMost("DELETE, times SELECT count(*) with the same predicate", ratio, 1.8, "F2");
        floors.AtLeast("times a statement for each person and table", alone / each, 100, "N0");
    }

    private static async Task<double> StatementAsync(RequestWorld world, Dataset dataset, Column[] columns)
    {
        var ratios = new List<double>();
        for (var pair = 0; pair <= Pairs; pair++)
        {
            var (count, delete) = await world.Database.RunAsync(
                session =>
                {
                    var shape = TableColumns.Read(session, dataset.Name)!;
                    var match = RowMatch.Build(DuckDbDialect.Instance, dataset.Name, shape, "many", columns)!;
                    var table = SqlText.Of($"{SqlName.Of(dataset.Name)} AS {RowMatch.Row} WHERE {match}");
                    var begin = Stopwatch.GetTimestamp();
                    _ = session.Single(SqlText.Of($"SELECT count(*) FROM {table}"), reader => reader.GetInt64(0));
                    var counted = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    session.Execute(SqlText.Of($"BEGIN"));
                    begin = Stopwatch.GetTimestamp();
                    session.Execute(SqlText.Of($"DELETE FROM {table}"));
                    var deleted = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    session.Execute(SqlText.Of($"ROLLBACK"));
                    return (counted, deleted);
                },
                CancellationToken.None
            );

            // The first pair finds nothing in memory.
            if (pair > 0)
            {
                ratios.Add(delete / count);
            }
        }

        return ratios.Order().ElementAt(Pairs / 2);
    }

    // What others do: a statement, in a transaction of its own, for each person and table. Nothing is counted or verified.
    private static Task<double> OneByOneAsync(RequestWorld world, Dataset dataset, OwnedKey[] people) =>
        world.Database.RunAsync(
            session =>
            {
                var begin = Stopwatch.GetTimestamp();
                foreach (var person in people)
                {
                    session.Execute(
                        SqlText.Of(
                            $"DELETE FROM {SqlName.Of(dataset.Name)} WHERE customer_id = CAST({SqlValue.Of(person.Identifier.Surrogate.ToString())} AS UUID)"
                        )
                    );
                }

                return Stopwatch.GetElapsedTime(begin).TotalSeconds / people.Length;
            },
            CancellationToken.None
        );

    // The whole of the service's part, from the queue to the receipts.
    private static async Task ManyTablesAsync(Floors floors)
    {
        await using var world = await RequestWorld.CreateAsync(TownOfTables.Catalog(Tables));
        var surrogates = await world.SettleAsync(People + 1);
        await world.FillAllAsync(rows: 50_000, surrogates, each: 2);

        var one = await ScannedAsync(world, surrogates[..1]);
        var many = await ScannedAsync(world, surrogates[1..]);
        floors.AtMost(
            $"rows scanned for {People:N0} people, times those for 1, on {Tables} tables",
            many / one,
            1.1,
            "F3"
        );

        var begin = Stopwatch.GetTimestamp();
        _ = await world.ApproveAsync(from: 1, Carried);
        floors.Say(
            $"people x tables a second, submitted, planned together and approved",
            Carried * Tables / Stopwatch.GetElapsedTime(begin).TotalSeconds,
            "N0"
        );
        begin = Stopwatch.GetTimestamp();
        var worker = world.Get<ErasureWorker>();
        await worker.RunDueAsync(CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var statements = await world.Database.RunAsync(
            session =>
                session.Single(
                    SqlText.Of($"SELECT count(*) FROM {SqlName.Of(SystemTables.Jobs)}"),
                    reader => reader.GetInt64(0)
                ),
            CancellationToken.None
        );
        floors.AtMost(
            $"mutating statements of a batch of {Carried:N0} people on {Tables} tables",
            statements,
            Tables,
            "N0"
        );
        floors.Say("people x tables a second, from the queue to signed receipts", Carried * Tables / seconds, "N0");
    }

    // As DuckDB itself counts: the statements that a batch runs on each table, each for these people.
    private static async Task<double> ScannedAsync(RequestWorld world, Guid[] people)
    {
        var set = $"scanned by {people.Length}";
        await world.Warehouse.AddOwnedKeysAsync(
            set,
            [.. people.Select(one => new OwnedKey(new LinkedIdentifier("customer_id", one), one))],
            CancellationToken.None
        );
        var scanned = 0L;
        foreach (var dataset in world.Current.Datasets)
        {
            scanned += await world.Database.RunAsync(
                session =>
                {
                    var shape = TableColumns.Read(session, dataset.Name)!;
                    Column[] columns = [.. dataset.Identifiers()];
                    var match = RowMatch.Build(DuckDbDialect.Instance, dataset.Name, shape, set, columns)!;
                    session.Execute(SqlText.Of($"BEGIN"));
                    var rows =
                        Profile(
                            session,
                            IdentifierStatements.CountByOwner(
                                DuckDbDialect.Instance,
                                dataset.Name,
                                set,
                                IdentifierStatements.Places(shape, columns)
                            )!
                        )
                        + Profile(
                            session,
                            SqlText.Of($"DELETE FROM {SqlName.Of(dataset.Name)} AS {RowMatch.Row} WHERE {match}")
                        );
                    session.Execute(SqlText.Of($"ROLLBACK"));
                    return rows;
                },
                CancellationToken.None
            );
        }

        await world.Warehouse.DropKeysAsync(set, CancellationToken.None);
        return scanned;
    }

    private static long Profile(DuckDbSession session, SqlText statement)
    {
        var text = session.Single(
            SqlText.Of($"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"),
            reader => reader.GetString(1)
        );
        return JsonNode.Parse(text)!["cumulative_rows_scanned"]!.GetValue<long>();
    }

    private static async Task PlanningAsync(Floors floors)
    {
        await using var world = await RequestWorld.CreateAsync(TownOfTables.Catalog(Planned));
        var surrogates = await world.SettleAsync(2);
        await world.FillAllAsync(rows: 100, surrogates, each: 1);

        var planner = world.Get<ErasurePlanner>();
        _ = world.Get<Governance.Masking.Vault.Identifiers>().TryGetKey("customer_id", "C-1"u8, out var claim);
        var person = new Person(Guid.NewGuid(), [claim], []);
        var begin = Stopwatch.GetTimestamp();
        var planning = await planner.PlanAsync("customer", person, CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (planning.Plan!.Items.Count(item => item.EstimatedRows == 1) != Planned)
        {
            throw new InvalidOperationException("The plan does not find the person.");
        }

        floors.AtMost($"seconds to plan {Planned:N0} datasets", seconds, 5, "F2");
    }

    private static OwnedKey[] Keys(int from, int count) =>
        [
            .. Enumerable
                .Range(from, count)
                .Select(number => new OwnedKey(
                    new LinkedIdentifier("customer_id", Surrogate(number)),
                    Surrogate(number)
                )),
        ];

    // As the table's rows have it: scattered, so that no part of the table can be left out by its smallest and its greatest key.
    private static Guid Surrogate(int number) =>
        Guid.ParseExact(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{number * 2_654_435_761L & 0xFFFF_FFFF:x8}-0000-4000-8000-{number:x12}"
            ),
            "D"
        );
}

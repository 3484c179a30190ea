using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using Governance.Bench.Measuring;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Bench.Decisions;

/// <summary>
/// What it takes to carry out a thousand grants in DuckDB and to take them away again, beside the bare statements: the same views, created, given
/// a comment and dropped by the driver. Row rules, names, readers and reading back come on top.
/// </summary>
internal sealed class IssuingBenchmark : IDisposable
{
    private const int Grants = 1_000;
    private const int Rounds = 3;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("governance-bench-");
    private readonly Dataset _dataset = DecisionWorld.Addresses;
    private int _round;

    /// <summary>Measures, and adds two rows to the table.</summary>
    /// <returns>How many floors were missed.</returns>
    public static async Task<int> RunAsync(Table table)
    {
        using var bench = new IssuingBenchmark();
        var ours = new double[2][];
        var bare = new double[2][];
        for (var act = 0; act < 2; act++)
        {
            (ours[act], bare[act]) = (new double[Rounds], new double[Rounds]);
        }

        for (var round = 0; round < Rounds; round++)
        {
            var texts = new List<string>();
            (ours[0][round], ours[1][round]) = await bench.PortAsync(texts);
            (bare[0][round], bare[1][round]) = bench.Bare(texts);
        }

        return Add("issue", ours[0], bare[0]) + Add("revoke", ours[1], bare[1]);

        int Add(string act, double[] own, double[] other)
        {
            const double most = 20;
            var ratios = own.Zip(other, (one, two) => one / two).Skip(1).Order().ToArray();
            var middle = own.Skip(1).Order().First();
            var times = ratios[ratios.Length / 2];
            table.Add(
                $"{act} {Grants} grants in DuckDB",
                Table.Number(Grants * 1e3 / middle, "N0"),
                Table.Number(middle * 1e3 / Grants, "F0"),
                "",
                $"{Table.Number(times, "F1")} x bare SQL",
                $"<= {most} x",
                times <= most ? "kept" : "MISSED"
            );
            return times > most ? 1 : 0;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<(double Issue, double Revoke)> PortAsync(List<string> texts)
    {
        await using var services = new ServiceCollection()
            .AddDuckDbWarehouse(options => options.FilePath = Path.Combine(_folder.FullName, $"port-{_round++}.duckdb"))
            .BuildServiceProvider();
        var warehouse = services.GetRequiredService<IWarehouse>();
        await LandAsync(warehouse);
        ViewDefinition[] views = [.. Enumerable.Range(0, Grants).Select(View)];
        var begin = Stopwatch.GetTimestamp();
        // As the reconciler does: people into their rules first, then each view, then each is read back.
        foreach (var group in views.GroupBy(view => IssuedNames.OfRowRule(view.Condition), StringComparer.Ordinal))
        {
            _ = (
                await warehouse.PutRowRuleAsync(
                    new RowRule(
                        group.Key,
                        _dataset,
                        group.First().Condition,
                        [.. group.SelectMany(view => view.Readers)]
                    ),
                    CancellationToken.None
                )
            ).Value;
        }

        foreach (var view in views)
        {
            _ = (await warehouse.IssueViewAsync(view, CancellationToken.None)).Value;
            texts.Add((await warehouse.FindViewAsync(view.Name, CancellationToken.None))!.Sql);
        }

        var issued = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        begin = Stopwatch.GetTimestamp();
        foreach (var view in views)
        {
            _ = (await warehouse.RevokeViewAsync(view.Name, CancellationToken.None)).Value;
        }

        return (issued, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    // On a copy of the tables and macros: the views' own statements, and nothing around them.
    private (double Create, double Drop) Bare(List<string> texts)
    {
        var source = Path.Combine(_folder.FullName, $"port-{_round - 1}.duckdb");
        using var connection = new DuckDBConnection($"DataSource={source}");
        connection.Open();
        var begin = Stopwatch.GetTimestamp();
        for (var at = 0; at < Grants; at++)
        {
            Run(connection, texts[at]);
            Run(connection, $"COMMENT ON VIEW published.{Name(at)} IS 'a grant'");
        }

        var created = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        begin = Stopwatch.GetTimestamp();
        for (var at = 0; at < Grants; at++)
        {
            Run(connection, $"DROP VIEW published.{Name(at)}");
        }

        return (created, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    private static void Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the warehouse's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static string Name(int grant) => string.Create(CultureInfo.InvariantCulture, $"v_addresses_{grant}");

    // Five kinds of readers.
    private ViewDefinition View(int grant) =>
        new(
            Name(grant),
            _dataset,
            ["country"],
            new Comparison(
                "country",
                ComparisonOperator.Equal,
                new TextConstant(string.Create(CultureInfo.InvariantCulture, $"REGION_{grant % 5}"))
            ),
            [Members.OfId(string.Create(CultureInfo.InvariantCulture, $"person-{grant}"))]
        )
        {
            Until = TimeProvider.System.GetUtcNow().AddHours(1),
        };

    private async Task LandAsync(IWarehouse warehouse)
    {
        var schema = new MaskedSchema([new MaskedField("country", ScalarType.Text, Nullable: true)]);
        MaskedRow[] rows =
        [
            .. Enumerable
                .Range(0, 1_000)
                .Select(at => new MaskedRow(
                    0,
                    at,
                    DateTimeOffset.UnixEpoch,
                    System.Text.Encoding.UTF8.GetBytes(
                        string.Create(CultureInfo.InvariantCulture, $$"""{"country":"REGION_{{at % 5}}"}""")
                    )
                )),
        ];
        await warehouse.AppendAsync(
            new MaskedBatch(
                "bench",
                [new MaskedRows(_dataset, schema, rows)],
                new Dictionary<(string, int), long> { [(_dataset.Topic, 0)] = rows.Length }
            ),
            CancellationToken.None
        );
    }
}

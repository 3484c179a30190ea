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
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("governance-bench-");
    private readonly Dataset _dataset = DecisionWorld.Addresses;

    /// <summary>Measures, and adds two rows to the table.</summary>
    public static async Task RunAsync(Table table)
    {
        using var bench = new IssuingBenchmark();
        var texts = new List<string>();
        var ours = await bench.PortAsync(texts);
        var bare = bench.Bare(texts);
        Add("issue", ours.Issue, bare.Create);
        Add("revoke", ours.Revoke, bare.Drop);

        void Add(string act, double own, double other) =>
            table.Add(
                $"{act} {Grants} grants in DuckDB",
                Table.Number(Grants * 1e3 / own, "N0"),
                Table.Number(own * 1e3 / Grants, "F0"),
                "",
                $"{Table.Number(own / other, "F1")} x bare SQL",
                "",
                ""
            );
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<(double Issue, double Revoke)> PortAsync(List<string> texts)
    {
        await using var services = new ServiceCollection()
            .AddDuckDbWarehouse(options => options.FilePath = Path.Combine(_folder.FullName, "port.duckdb"))
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
        }

        texts.AddRange((await warehouse.ReadViewsAsync(CancellationToken.None)).Select(view => view.Sql));

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
        var source = Path.Combine(_folder.FullName, "port.duckdb");
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

    // Read back in the order of names.
    private static string Name(int grant) => string.Create(CultureInfo.InvariantCulture, $"v_addresses_{grant:D4}");

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

using System.Security.Cryptography;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.Sql;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb;

/// <summary>Bytes of deleted rows stay in DuckDB's file until it is written anew; the file itself is searched for them.</summary>
public sealed class FileRewriteTests : IDisposable
{
    private const int Rows = 400;
    private readonly TemporaryWarehouse _warehouse = new();
    private readonly Dataset _people = Dataset("people", Column("person", domain: "person"), Column("note"));
    private readonly Guid[] _surrogates = [.. Enumerable.Range(0, Rows).Select(_ => Guid.NewGuid())];

    // Random, so that nothing can make them shorter.
    private readonly string[] _notes =
    [
        .. Enumerable.Range(0, Rows).Select(_ => Convert.ToHexString(RandomNumberGenerator.GetBytes(24))),
    ];

    public void Dispose() => _warehouse.Dispose();

    [Fact]
    public async Task Purge_AfterAnErasure_LeavesNoByteOfItAndAllOfTheRest()
    {
        await LandAsync();
        var erased = Enumerable.Range(0, Rows).Where(row => row % 4 == 0).ToArray();
        await ((IWarehouse)_warehouse.Warehouse).AddKeysAsync(
            "gone",
            [.. erased.Select(row => new LinkedIdentifier("person", _surrogates[row]))],
            Cancelled
        );
        await _warehouse.Database.RunAsync(
            session =>
                session.Execute(
                    SqlText.FromDialect(
                        "CREATE VIEW published.v AS SELECT note FROM people; COMMENT ON VIEW published.v IS 'who reads';"
                            + "CREATE MACRO visible() AS TABLE (SELECT * FROM people)"
                    )
                ),
            Cancelled
        );
        (await _warehouse.Warehouse.PurgeAsync(now: true, Cancelled)).Should().BeFalse("nothing was erased yet");
        var outcome = await _warehouse.Warehouse.EraseAsync(
            new ErasureJob("job-1", "gone", _people, _people.Columns, ErasureAction.Delete),
            Cancelled
        );
        outcome.TryGet(out var counts).Should().BeTrue();
        counts!.Affected.Should().Be(erased.Length);
        await _warehouse.Warehouse.DropKeysAsync("gone", Cancelled);
        _warehouse.Reopen();
        var rows = await _warehouse.Query("SELECT * FROM people ORDER BY _offset");
        Found(erased)
            .Should()
            .BeGreaterThan(erased.Length / 2, "deleting, and moving the log into the file, clears nothing");
        (await _warehouse.Warehouse.PurgeAsync(now: false, Cancelled)).Should().BeFalse("it is not time yet");
        (await _warehouse.Warehouse.InventoryAsync(Cancelled)).PurgedAt.Should().BeNull();

        _warehouse.Time.Advance(TimeSpan.FromDays(1));
        (await _warehouse.Warehouse.PurgeAsync(now: false, Cancelled)).Should().BeTrue();

        (await _warehouse.Warehouse.InventoryAsync(Cancelled)).PurgedAt.Should().Be(_warehouse.Time.GetUtcNow());
        (await _warehouse.Query("SELECT * FROM people ORDER BY _offset")).Should().Equal(rows);
        (await _warehouse.Query("SELECT comment FROM duckdb_views() WHERE view_name = 'v'"))
            .Should()
            .Equal("who reads");
        (await _warehouse.Query("SELECT count(*) FROM visible()")).Should().Equal($"{Rows - erased.Length}");
        (await _warehouse.Warehouse.ReadPositionsAsync(Source, Cancelled)).Should().ContainValue(Rows);
        _warehouse.Reopen();
        Found(erased).Should().Be(0);
        Found([1, 2, 3]).Should().Be(3, "the search finds what is there");
        (await _warehouse.Warehouse.PurgeAsync(now: true, Cancelled)).Should().BeFalse("there is nothing left to do");
        (await _warehouse.Query("SELECT count(*) FROM people")).Should().Equal($"{Rows - erased.Length}");
    }

    [Fact]
    public async Task Open_AfterAProcessWasKilledInTheMidstOfIt_HasTheOldFileAndNoOther()
    {
        await LandAsync();
        _warehouse.Reopen();
        var left = _warehouse.FilePath + ".rewriting";
        await File.WriteAllTextAsync(left, "half of a file", Cancelled);
        await File.WriteAllTextAsync(left + ".wal", "half of a log", Cancelled);

        (await _warehouse.Query("SELECT count(*) FROM people")).Should().Equal($"{Rows}");

        File.Exists(left).Should().BeFalse();
        File.Exists(left + ".wal").Should().BeFalse();
    }

    [Fact]
    public async Task Purge_WhileQueriesRun_WaitsForThemAndTheyGoOnAfterwards()
    {
        await LandAsync();
        await ((IWarehouse)_warehouse.Warehouse).AddKeysAsync("gone", [new("person", _surrogates[0])], Cancelled);
        await _warehouse.Warehouse.EraseAsync(
            new ErasureJob("job-1", "gone", _people, _people.Columns, ErasureAction.Delete),
            Cancelled
        );
        using var stop = new CancellationTokenSource();
        var readers = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(
                    async () =>
                    {
                        var reads = 0;
                        do
                        {
                            (await _warehouse.Query("SELECT count(*) FROM people")).Should().Equal($"{Rows - 1}");
                            reads++;
                        } while (!stop.IsCancellationRequested);

                        return reads;
                    },
                    Cancelled
                )
            )
            .ToArray();

        (await _warehouse.Warehouse.PurgeAsync(now: true, Cancelled)).Should().BeTrue();
        (await _warehouse.Query("SELECT count(*) FROM people")).Should().Equal($"{Rows - 1}");
        await stop.CancelAsync();

        (await Task.WhenAll(readers)).Should().OnlyContain(reads => reads > 0);
    }

    private Task LandAsync() =>
        _warehouse.Append(
            _people,
            Schema(Field("person", ScalarType.Uuid), Field("note", ScalarKind.Text)),
            next: Rows,
            [
                .. Enumerable
                    .Range(0, Rows)
                    .Select(row =>
                        Row(row, new() { ["person"] = _surrogates[row].ToString(), ["note"] = _notes[row] })
                    ),
            ]
        );

    // How many of these rows' notes stand in the file.
    private int Found(IEnumerable<int> rows)
    {
        var bytes = File.ReadAllBytes(_warehouse.FilePath);
        return rows.Count(row => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(_notes[row])) >= 0);
    }
}

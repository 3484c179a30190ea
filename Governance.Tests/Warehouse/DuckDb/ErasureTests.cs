using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb;

/// <summary>Erasures in DuckDB.</summary>
public sealed class ErasureTests : ErasureSuite, IDisposable
{
    private readonly TemporaryWarehouse _warehouse = new();

    private protected override IWarehouse Warehouse => _warehouse.Warehouse;

    public void Dispose() => _warehouse.Dispose();

    private protected override async Task<IReadOnlyList<string>> RowsAsync(string table, IReadOnlySet<int> but) =>
        await _warehouse.Query(
            $"SELECT * FROM {table} WHERE NOT list_contains(CAST([{string.Join(',', but)}] AS BIGINT[]), _offset) ORDER BY _offset"
        );

    private protected override async Task<long> CountClearedAsync(string table) =>
        long.Parse(
            (
                await _warehouse.Query(
                    $"""
                    SELECT count(*) FROM {table} WHERE id IS NULL AND contact IS NULL AND preferences IS NULL
                    AND groups IS NULL AND either IS NULL AND note IS NULL AND isnan(amount)
                    """
                )
            )[0],
            System.Globalization.CultureInfo.InvariantCulture
        );

    [Fact]
    public async Task EraseAsync_NoTableOrNoSuchColumn_MatchesNothingAndIsRecorded()
    {
        IWarehouse warehouse = _warehouse.Warehouse;
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
        (await warehouse.LinksAsync(KeySet, missing, s_columns, s_columns, Cancelled)).Should().BeEmpty();
        (await warehouse.LinksAsync(KeySet, other, s_columns, s_columns, Cancelled)).Should().BeEmpty();
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
        await ((IWarehouse)_warehouse.Warehouse).AddKeysAsync(KeySet, [new("customer", Surrogate(1))], Cancelled);
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
        await ((IWarehouse)_warehouse.Warehouse).AddKeysAsync(KeySet, [new("customer", Surrogate(1))], Cancelled);
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
        IWarehouse warehouse = _warehouse.Warehouse;
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
            await ((IWarehouse)_warehouse.Warehouse).AddKeysAsync(KeySet, [new("customer", Surrogate(1))], Cancelled);
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

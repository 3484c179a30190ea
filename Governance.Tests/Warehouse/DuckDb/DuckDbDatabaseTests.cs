using System.Globalization;
using System.Security.Cryptography;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Policies.Warehouse.Sql;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb;

public sealed class DuckDbDatabaseTests : IDisposable
{
    private readonly TemporaryWarehouse _warehouse = new();

    public void Dispose() => _warehouse.Dispose();

    [Theory]
    [InlineData("SET memory_limit = '4GB'")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("SET TimeZone = 'Asia/Tokyo'")]
    [InlineData("COPY (SELECT 1) TO 'out.csv'")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("ATTACH 'other.duckdb'")]
    [InlineData("INSTALL httpfs")]
    public async Task Connect_ReachingOutOfTheFile_IsRefused(string sql)
    {
        var run = () => _warehouse.Database.RunAsync(session => session.Execute(SqlText.FromDialect(sql)), Cancelled);

        await run.Should().ThrowAsync<WarehouseException>();
    }

    [Fact]
    public async Task Connect_FileInNoSuchFolder_MakesIt()
    {
        var path = Path.Combine(Path.GetDirectoryName(_warehouse.FilePath)!, "deep", "er", "w.duckdb");
        using var database = new DuckDbDatabase(new() { FilePath = path });
        using var warehouse = new DuckDbWarehouse(database, TimeProvider.System);

        (await warehouse.IsReadyAsync(Cancelled)).Should().BeTrue();
        File.Exists(path).Should().BeTrue();
    }

    [Fact]
    public async Task Connect_FileHeldByAnotherProcess_SaysSo()
    {
        await _warehouse.Append(Dataset("t"), Schema(Field("a", ScalarKind.Text)), next: 0);

        var error = await Child.RunAsync("warehouse-open", _warehouse.FilePath, Cancelled);

        error.Should().Contain("is held by another process").And.Contain(_warehouse.FilePath);
    }

    [Fact]
    public async Task IsReadyAsync_FileThatIsNoDatabase_IsFalse()
    {
        var path = Path.Combine(Path.GetDirectoryName(_warehouse.FilePath)!, "text.duckdb");
        await File.WriteAllTextAsync(path, new string('x', 20_000), Cancelled);
        using var database = new DuckDbDatabase(new() { FilePath = path });
        using var warehouse = new DuckDbWarehouse(database, TimeProvider.System);

        (await warehouse.IsReadyAsync(Cancelled)).Should().BeFalse();
    }

    [Fact]
    public async Task DescribeAsync_Tables_TellsRowsAndNewestEvent()
    {
        var schema = Schema(Field("a", ScalarKind.Text));
        await _warehouse.Append(
            Dataset("b"),
            schema,
            next: 10,
            Row(3, new() { ["a"] = "x" }),
            Row(9, new() { ["a"] = null })
        );
        await _warehouse.Warehouse.EnsureTableAsync(Dataset("a"), schema, Cancelled);

        _warehouse.Reopen();

        (await _warehouse.Warehouse.DescribeAsync(Cancelled))
            .Should()
            .Equal(new TableState("a", 0, null), new TableState("b", 2, DateTimeOffset.UnixEpoch.AddSeconds(9)));
        (await _warehouse.Warehouse.FindFilledAsync(Cancelled)).Should().Equal("b");
        (await _warehouse.Warehouse.ReadPositionsAsync(Source, Cancelled))[("topic.b", 0)].Should().Be(10);
    }

    [Fact]
    public async Task AddDuckDbWarehouse_Services_AreOneObject()
    {
        await using var provider = new ServiceCollection()
            .AddDuckDbWarehouse(options => options.FilePath = _warehouse.FilePath + "2")
            .BuildServiceProvider();

        provider.GetRequiredService<IMaskedSink>().Should().BeSameAs(provider.GetRequiredService<IWarehouse>());
        (await provider.GetRequiredService<IWarehouse>().IsReadyAsync(Cancelled)).Should().BeTrue();
    }

    [Fact]
    public void AddDuckDbWarehouse_FaultySettings_NamesAllOfThem()
    {
        using var provider = new ServiceCollection()
            .AddDuckDbWarehouse(options => (options.FilePath, options.Threads) = (" ", 0))
            .BuildServiceProvider();

        var read = () => provider.GetRequiredService<IOptions<DuckDbOptions>>().Value;

        read.Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(2);
    }

    [Fact(Timeout = 240_000)]
    public async Task AppendAsync_ProcessKilledAtAnyPoint_RowsAndPositionsAgree()
    {
        const int Kills = 12;
        _warehouse.Warehouse.Dispose();
        for (var kill = 0; kill < Kills; kill++)
        {
            var acknowledged = 0L;
            using (var child = Child.Start("warehouse-append", _warehouse.FilePath))
            {
                // A count of appends, then a time, so that the kill falls anywhere between two of them however slow the machine is.
                for (var append = RandomNumberGenerator.GetInt32(0, 6); append >= 0; append--)
                {
                    var line = await child.StandardOutput.ReadLineAsync(Cancelled);
                    acknowledged = long.Parse(line!, CultureInfo.InvariantCulture);
                }

                await Task.Delay(RandomNumberGenerator.GetInt32(0, 60), Cancelled);
                child.Kill();
                await child.WaitForExitAsync(Cancelled);
            }

            _warehouse.Reopen();
            foreach (var table in new[] { "one", "two" })
            {
                var next = (await _warehouse.Warehouse.ReadPositionsAsync(Source, Cancelled)).GetValueOrDefault(
                    ($"topic.{table}", 0)
                );
                (await _warehouse.Query(WarehouseChild.Summary(table)))
                    .Should()
                    .Equal($"{next} | {next} | {Math.Max(0, next - 1)} | {next}");
                next.Should().BeGreaterThanOrEqualTo(acknowledged, "what was acknowledged is durable");
            }

            _warehouse.Warehouse.Dispose();
        }
    }
}

using Governance.Api.Features.Ledger.Chain;
using Governance.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Governance.Tests.Commands;

public sealed class VerifyLedgerCommandTests
{
    [Fact]
    public async Task Verify_WhileTheServiceHoldsTheState_IsIntact()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        await fixture.IssueAsync("r-1");
        await fixture.IssueAsync("r-2");

        // A write is open beside: it is neither seen nor waited for.
        var run = await fixture.State.Store.WriteAsync(
            async _ => await CommandRun.OfAsync("verify-ledger", "--data", fixture.State.Folder),
            CancellationToken.None
        );

        run.Status.Should().Be(0, run.Out + run.Error);
        run.Out.Should().StartWith("5 entries hold").And.Contain("intact; 2 receipts hang on the chain");
    }

    [Fact]
    public async Task Verify_DirectoryWithoutState_IsAMisuseAndMakesNothing()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var run = await CommandRun.OfAsync("verify-ledger", "--data", folder);

        run.Status.Should().Be(2);
        Directory.Exists(folder).Should().BeFalse();
    }

    [Fact]
    public async Task Verify_FileThatIsNoDatabase_IsAFinding()
    {
        var folder = Directory.CreateTempSubdirectory("governance-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "state.db"), new string('x', 5000));

        var run = await CommandRun.OfAsync("verify-ledger", "--data", folder);

        run.Status.Should().Be(1);
        run.Out.Should().Contain("damaged");
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("UPDATE ledger SET payload = replace(payload, 'r-1', 'r-9') WHERE sequence = 2", "broken at entry 2")]
    [InlineData("UPDATE ledger SET hash = upper(hash) WHERE sequence = 3", "broken at entry 3")]
    [InlineData("DELETE FROM ledger WHERE sequence = 1", "broken at entry 1")]
    [InlineData("DELETE FROM ledger WHERE sequence = 4", "broken at entry 4")]
    [InlineData("DELETE FROM ledger WHERE sequence >= 4", "ledger entry 4 that it names is not on the chain")]
    [InlineData("DELETE FROM ledger WHERE sequence >= 5", "the ledger does not say that it was issued so")]
    [InlineData("DELETE FROM ledger; DELETE FROM receipts", "there is no entry")]
    [InlineData("DELETE FROM receipts WHERE \"RequestId\" = 'r-1'", "it is gone or altered")]
    [InlineData("UPDATE receipts SET \"Jws\" = \"Jws\" || 'A' WHERE \"RequestId\" = 'r-1'", "issued so")]
    [InlineData("UPDATE receipts SET \"Jws\" = 'x' WHERE \"RequestId\" = 'r-1'", "it is no receipt")]
    public async Task Verify_AlteredBehindTheServicesBack_IsFound(string sql, string finding)
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        await fixture.IssueAsync("r-1");
        await fixture.IssueAsync("r-2");
        await AlterAsync(fixture, sql);

        var run = await CommandRun.OfAsync("verify-ledger", "--data", fixture.State.Folder);

        run.Status.Should().Be(1);
        run.Out.Should().Contain(finding);
    }

    [Fact]
    public async Task Verify_Export_IsIntact()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        await fixture.IssueAsync("r-1");
        var export = await ExportAsync(fixture);

        var run = await CommandRun.OfAsync("verify-ledger", "--file", export);

        run.Status.Should().Be(0, run.Out);
    }

    [Fact]
    public async Task Verify_ExportWithoutItsTail_IsFoundByAReceipt()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        var receipt = Path.Combine(fixture.State.Folder, "receipt.jws");
        await File.WriteAllTextAsync(receipt, await fixture.IssueAsync("r-1"));
        var export = await ExportAsync(fixture);

        (await CommandRun.OfAsync("verify-ledger", "--file", export, "--receipt", receipt)).Status.Should().Be(0);
        await File.WriteAllLinesAsync(export, (await File.ReadAllLinesAsync(export))[..1]);
        (await CommandRun.OfAsync("verify-ledger", "--file", export)).Status.Should().Be(0);
        var run = await CommandRun.OfAsync("verify-ledger", "--file", export, "--receipt", receipt);

        run.Status.Should().Be(1);
        run.Out.Should().Contain("is not on the chain");
    }

    [Fact]
    public async Task Verify_ExportWithAnyByteAltered_IsAFinding()
    {
        await using var fixture = await ReceiptFixture.CreateAsync();
        await fixture.IssueAsync("r-1");
        var export = await ExportAsync(fixture);
        var bytes = await File.ReadAllBytesAsync(export);
        var line = 1;
        for (var at = 0; at < bytes.Length; at++)
        {
            var altered = bytes.ToArray();
            altered[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(export, altered);

            var run = await CommandRun.OfAsync("verify-ledger", "--file", export);

            run.Status.Should().Be(1, $"byte {at}");
            run.Out.Should().Contain($"broken at entry {line}:", $"byte {at}");
            line += bytes[at] == '\n' ? 1 : 0;
        }
    }

    [Fact]
    public async Task Verify_EmptyExport_IsAFinding()
    {
        var export = Path.GetTempFileName();

        var run = await CommandRun.OfAsync("verify-ledger", "--file", export);

        run.Status.Should().Be(1);
        File.Delete(export);
    }

    // As somebody would who owns the file: the triggers are no obstacle.
    private static async Task AlterAsync(ReceiptFixture fixture, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={fixture.State.Path};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            DROP TRIGGER ledger_refuses_update; DROP TRIGGER ledger_refuses_delete;
            DROP TRIGGER receipts_refuses_update; DROP TRIGGER receipts_refuses_delete;
            """;
        await command.ExecuteNonQueryAsync();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> ExportAsync(ReceiptFixture fixture)
    {
        var entries = await fixture.State.Store.ReadAsync(
            db => db.Set<LedgerEntry>().OrderBy(entry => entry.Sequence).ToListAsync(),
            CancellationToken.None
        );
        var export = Path.Combine(fixture.State.Folder, "ledger.jsonl");
        await File.WriteAllTextAsync(export, string.Concat(entries.Select(entry => LedgerExport.Line(entry) + "\n")));
        return export;
    }
}

using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Governance.Api.Configuration;
using Governance.Api.Storage;

namespace Governance.Api.Commands;

/// <summary><c>verify-ledger [--data &lt;dir&gt; | --file &lt;export&gt;]</c>: whether the ledger's chain holds, and every receipt hangs on it.</summary>
internal static class VerifyLedgerCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description =
                "The data directory; the service may run on it. Where Governance__Postgres__ConnectionString is set, the state is read from there.",
            DefaultValueFactory = _ => new GovernanceOptions().DataDirectory,
        };
        var file = new Option<string?>("--file")
        {
            Description = "An export of the ledger: GET /ledger with Accept: application/x-ndjson.",
        };
        var receipts = new Option<string[]>("--receipt")
        {
            Description =
                "Receipts (files) whose ledger entry must stand on the chain: a tail that was cut off is found by them.",
        };
        var command = new Command("verify-ledger", "Checks every entry of the ledger, and every receipt against it.")
        {
            data,
            file,
            receipts,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(file) is not null && result.GetResult(data) is { Implicit: false })
            {
                result.AddError("Name either --data or --file.");
            }
        });
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var audit = new LedgerAudit();
                foreach (var receipt in parsed.GetValue(receipts) ?? [])
                {
                    var text = await ReceiptText.ReadAsync(
                        receipt,
                        new Terminal(TextWriter.Null, TextWriter.Null),
                        cancellationToken
                    );
                    audit.Expect(receipt, text);
                }

                var unread = parsed.GetValue(file) is { } export
                    ? await ReadExportAsync(audit, export, cancellationToken)
                    : await ReadStateAsync(audit, parsed.GetRequiredValue(data), cancellationToken);
                return await PrintAsync(audit, unread, parsed.InvocationConfiguration.Output);
            }
        );
        return command;
    }

    private static async Task<string?> ReadExportAsync(
        LedgerAudit audit,
        string export,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var reader = new StreamReader(export);
            await audit.ReadExportAsync(reader, cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MisuseException($"The export {export} cannot be read. Name a file.", exception);
        }
    }

    private static async Task<string?> ReadStateAsync(
        LedgerAudit audit,
        string data,
        CancellationToken cancellationToken
    )
    {
        var settings = CommandSettings.Read();
        try
        {
            await using var snapshot = settings.Postgres.IsChosen
                ? await StateSnapshot.OpenAsync(settings.Postgres, cancellationToken)
                : await StateSnapshot.OpenAsync(data, cancellationToken);
            await audit.ReadStateAsync(snapshot.Db, cancellationToken);
            return null;
        }
        catch (FileNotFoundException exception)
        {
            throw new MisuseException($"{exception.Message} Name the data directory with --data.", exception);
        }
        catch (Exception exception)
            when (exception is DbException or InvalidOperationException or InvalidCastException or FormatException)
        {
            return settings.Postgres.IsChosen
                ? "the state cannot be read from PostgreSQL: no service has run on that database, or its rights do not suffice"
                : "the state's file cannot be read: it is damaged, or it is none";
        }
    }

    private static async Task<int> PrintAsync(LedgerAudit audit, string? unread, TextWriter output)
    {
        var check = audit.Check;
        await output.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{check.Length} entries hold; head {check.HeadHash}")
        );
        List<string> findings = [];
        if (check.FirstBreak is { } broken)
        {
            findings.Add(
                string.Create(CultureInfo.InvariantCulture, $"broken at entry {broken.Sequence}: {broken.Reason}")
            );
        }
        else if (check.Length == 0)
        {
            findings.Add("there is no entry: a ledger that was opened has one");
        }

        if (unread is not null)
        {
            findings.Add(unread);
        }

        findings.AddRange(audit.ReceiptFindings());
        foreach (var finding in findings)
        {
            await output.WriteLineAsync(finding);
        }

        await output.WriteLineAsync(
            findings.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"intact; {audit.Receipts} receipts hang on the chain")
                : "not intact"
        );
        return findings.Count == 0 ? CommandLine.Success : CommandLine.Finding;
    }
}

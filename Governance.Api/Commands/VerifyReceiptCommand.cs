using System.CommandLine;
using System.Globalization;
using Governance.Api.Configuration;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Features.Receipts.Verification;

namespace Governance.Api.Commands;

/// <summary><c>verify-receipt &lt;file&gt; --jwks &lt;file or url&gt;</c>: whether a receipt is genuine, and what it says.</summary>
internal static class VerifyReceiptCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "The receipt, a compact JWS; - is standard input." };
        var jwks = new Option<string>("--jwks")
        {
            Description = "The public keys: a file, or the address of /.well-known/jwks.json.",
            Required = true,
        };
        var command = new Command("verify-receipt", "Checks a receipt's signature, and prints what it proves.")
        {
            file,
            jwks,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var jws = await ReceiptText.ReadAsync(parsed.GetRequiredValue(file), terminal, cancellationToken);
                var keys = await KeySetSource.ReadAsync(parsed.GetRequiredValue(jwks), cancellationToken);
                var check = await ReceiptCheck.RunAsync(jws, keys);
                var output = parsed.InvocationConfiguration.Output;
                if (check.Payload is not { } payload)
                {
                    await output.WriteLineAsync($"not valid: {check.Reason}");
                    return CommandLine.Finding;
                }

                await output.WriteLineAsync("valid");
                await PrintAsync(output, payload);
                return CommandLine.Success;
            }
        );
        return command;
    }

    private static async Task PrintAsync(TextWriter output, ReceiptPayload payload)
    {
        var facts = payload.Facts;
        await output.WriteLineAsync(
            $"""
            receipt    {payload.Id}, signed {Time(
                DateTimeOffset.FromUnixTimeSeconds(payload.IssuedAt)
            )} by {payload.Software}
            request    {facts.RequestId}: {facts.Type}, {facts.Outcome}
            received   {Time(facts.ReceivedAt)}
            completed  {Time(facts.CompletedAt)}
            plan       {facts.PlanHash}
            """
        );
        foreach (var item in facts.Items)
        {
            var ground = item.Ground is { } kept ? $" ({kept})" : "";
            await output.WriteLineAsync($"table      {item.Table}: {item.Verdict}{ground}; {Counts(item)}");
        }

        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                vault      {facts.VaultRowsDestroyed} rows destroyed, {facts.Suppressions} identifiers suppressed
                ledger     entry {payload.Ledger.Sequence}, {payload.Ledger.Hash}
                """
            )
        );
    }

    private static string Counts(ReceiptItem item) =>
        item.RowsBefore is null
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{item.Matched} matched, none touched, {item.MatchedAfter} still matched"
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $"rows {item.RowsBefore} before, {item.Matched} matched, {item.Affected} affected, {item.RowsAfter} after, {item.MatchedAfter} still matched; {(item.ControlsUnchanged == true ? "other rows unchanged" : "OTHER ROWS CHANGED")}"
            );

    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Governance.Tests.Commands;
using Governance.Tests.Support;

namespace Governance.Tests.Features.Evidence;

public sealed class EvidenceTests
{
    private const string Marker = "marker.evidence@example.org";

    [Fact]
    public async Task Archive_OfAPeriod_VerifiesOfflineAndAnyAlteredByteIsFound()
    {
        using var folder = new TemporaryFolder();
        await using var host = await SandboxHost.StartAsync();
        using var dpo = await host.ClientFor("dpo");
        var ended = await EraseAsync(dpo);
        var open = await SubmitAsync(dpo, "open.evidence@example.org", null);
        var before = await SubmitAsync(dpo, "before.evidence@example.org", "2026-01-15T12:00:00Z");
        using var auditor = await host.ClientFor("auditor");
        var today = TimeProvider.System.GetUtcNow();
        var period = $"from={today.AddDays(-2):yyyy-MM-dd}&to={today.AddDays(2):yyyy-MM-dd}";

        using var answer = await auditor.GetAsync($"evidence?{period}");

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/zip");
        await using (var stream = await answer.Content.ReadAsStreamAsync())
        {
            await ZipFile.ExtractToDirectoryAsync(stream, folder.Path);
        }

        var files = Directory
            .EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder.Path, file))
            .Order(StringComparer.Ordinal)
            .ToArray();
        files
            .Should()
            .BeEquivalentTo([
                "SHA256SUMS",
                "evidence.jws",
                "index.html",
                "jwks.json",
                "ledger.jsonl",
                $"receipts/{ended}.jws",
                "report.json",
                $"requests/{ended}.json",
                $"requests/{open}.json",
                "verify.md",
            ]);
        (await FindingAsync(folder.Path)).Should().BeNull();
        File.ReadAllText(folder.File("index.html")).Should().Contain(ended).And.Contain(open).And.NotContain(before);
        foreach (var file in files)
        {
            File.ReadAllText(folder.File(file)).Should().NotContain("marker.evidence").And.NotContain(".evidence@");
        }

        foreach (var file in files)
        {
            var path = folder.File(file);
            var bytes = await File.ReadAllBytesAsync(path);
            for (var sample = 0; sample < 7; sample++)
            {
                var altered = bytes.ToArray();
                altered[(int)((long)(bytes.Length - 1) * sample / 6)] ^= 1;
                await File.WriteAllBytesAsync(path, altered);
                (await FindingAsync(folder.Path)).Should().NotBeNull($"{file}, sample {sample}");
            }

            File.Delete(path);
            (await FindingAsync(folder.Path)).Should().NotBeNull($"{file} is missing");
            await File.WriteAllBytesAsync(path, bytes);
        }

        (await FindingAsync(folder.Path)).Should().BeNull("all is as it was");
        using var other = await dpo.GetAsync("evidence?from=2026-01-15&to=2026-01-15");
        await using var zip = new ZipArchive(await other.Content.ReadAsStreamAsync());
        zip.Entries.Should()
            .ContainSingle(entry => entry.FullName.StartsWith("requests/"))
            .Which.FullName.Should()
            .Contain(before);
        using var bad = await dpo.GetAsync("evidence?from=2026-02-01&to=2026-01-01");
        bad.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    /// <summary>What verify.md says to do: by a tool of the system, and by this program's own commands.</summary>
    private static async Task<string?> FindingAsync(string folder)
    {
        string File(string name) => Path.Combine(folder, name);
        if (!new[] { "SHA256SUMS", "evidence.jws", "jwks.json", "ledger.jsonl" }.All(name => Path.Exists(File(name))))
        {
            return "a file is missing";
        }

        var sums = await Tool.RunAsync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], null, folder);
        if (sums.ExitCode != 0)
        {
            return sums.Error;
        }

        var seal = await CommandRun.OfAsync("verify-receipt", File("evidence.jws"), "--jwks", File("jwks.json"));
        var hash = Convert.ToHexStringLower(
            SHA256.HashData(await System.IO.File.ReadAllBytesAsync(File("SHA256SUMS")))
        );
        if (seal.Status != 0 || !seal.Out.Contains($"plan       {hash}", StringComparison.Ordinal))
        {
            return seal.Out;
        }

        var receipts = Directory.EnumerateFiles(File("receipts")).ToArray();
        foreach (var receipt in receipts)
        {
            var run = await CommandRun.OfAsync("verify-receipt", receipt, "--jwks", File("jwks.json"));
            if (run.Status != 0)
            {
                return run.Out;
            }
        }

        var ledger = await CommandRun.OfAsync([
            "verify-ledger",
            "--file",
            File("ledger.jsonl"),
            .. receipts.Append(File("evidence.jws")).SelectMany(receipt => new[] { "--receipt", receipt }),
        ]);
        return ledger.Status == 0 ? null : ledger.Out;
    }

    private static async Task<string> EraseAsync(HttpClient dpo)
    {
        var id = await SubmitAsync(dpo, Marker, null);
        foreach (var act in new[] { "verify", "approve" })
        {
            (await dpo.PostAsync($"subject-requests/{id}/{act}", null)).IsSuccessStatusCode.Should().BeTrue();
        }

        await Wait.UntilAsync(
            async () =>
                (await dpo.GetFromJsonAsync<JsonElement>($"subject-requests/{id}")).GetProperty("state").GetString()
                == "completed",
            "completed"
        );
        return id;
    }

    private static async Task<string> SubmitAsync(HttpClient dpo, string email, string? receivedAt)
    {
        using var answer = await dpo.PostAsJsonAsync(
            "subject-requests",
            new
            {
                type = "erasure",
                subject = "customer",
                claims = new[] { new { domain = "email", value = email } },
                receivedAt,
            }
        );
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}

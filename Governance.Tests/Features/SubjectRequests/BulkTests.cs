using System.Net;
using System.Text;
using System.Text.Json;
using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests;

/// <summary>Files of requests, against the real service.</summary>
public sealed class BulkTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    private const string Header = "reference,type,subject,domain,value,receivedAt,channel";

    [Fact]
    public async Task Bulk_WithGoodAndBadLines_ReportsEachAndNeverAValue()
    {
        using var dpo = await host.ClientFor("dpo");
        var before = await TotalAsync(dpo);
        string[] lines =
        [
            Header,
            "R1,erasure,customer,email,bulk.one@example.org,2026-03-01T10:00:00Z,letter",
            "R1,erasure,customer,customer_id,\"C-BULK,1\",2026-03-01T10:00:00Z,letter",
            ",erasure,customer,email,bulk.two@example.org,,",
            ",erasure,customer,nowhere,bulk.three@example.org,,",
            ",erasure,unicorn,email,bulk.three@example.org,,",
            ",forget,customer,email,bulk.three@example.org,,",
            "R2,erasure,customer,email,bulk.four@example.org,,",
            "R2,erasure,customer,email,,,",
            "R3,erasure,customer,email,bulk.five@example.org,,web",
            "R3,erasure,customer,email,bulk.five.b@example.org,,letter",
            ",erasure,customer,email,bulk.six@example.org,yesterday,",
            ",erasure,customer,email,bulk.seven@example.org,2999-01-01T00:00:00Z,",
            ",erasure,customer,email,bulk.eight@example.org",
            "R1,erasure,customer,email,bulk.nine@example.org,,",
            ",erasure,customer,email,bulk.two@example.org,,",
            ",erasure,customer,email,bulk.\"ten\"@example.org,,",
        ];

        var report = await SendAsync(dpo, string.Join("\r\n", lines));

        report
            .Select(line => (line[0], line[2], line[3], line[4]))
            .Should()
            .Equal(
                ("2", "received", "", ""),
                ("3", "received", "", ""),
                ("4", "received", "", ""),
                ("5", "refused", "unknown_domain", "domain"),
                ("6", "refused", "unknown_subject", "subject"),
                ("7", "refused", "unknown_type", "type"),
                ("8", "refused", "another_line", "line"),
                ("9", "refused", "empty", "value"),
                ("10", "refused", "another_line", "line"),
                ("11", "refused", "lines_disagree", "line"),
                ("12", "refused", "malformed", "receivedAt"),
                ("13", "refused", "out_of_range", "receivedAt"),
                ("14", "refused", "wrong_count", "line"),
                ("15", "refused", "lines_apart", "reference"),
                ("16", "duplicate_of", "", ""),
                ("17", "refused", "malformed", "line")
            );
        report[0][1].Should().Be(report[1][1], "both are claims of one request");
        report.Should().OnlyContain(line => !string.Join(' ', line).Contains("bulk.", StringComparison.Ordinal));
        (await TotalAsync(dpo)).Should().Be(before + 3);
        var first = await dpo.GetStringAsync($"subject-requests/{report[0][1]}");
        first.Should().Contain("\"letter\"").And.Contain("2026-03-01T10:00:00").And.NotContain("bulk.one");
        string.Concat(host.Logs).Should().NotContain("bulk.").And.NotContain("C-BULK");
    }

    [Fact]
    public async Task Bulk_SentAgainAfterItWasCutOff_GoesOnAndAddsNothingTwice()
    {
        using var dpo = await host.ClientFor("dpo");
        var text = new StringBuilder(Header);
        for (var line = 0; line < 300; line++)
        {
            text.Append($"\n,erasure,customer,email,again.{line}@example.org,,");
        }

        var before = await TotalAsync(dpo);
        using (var impatient = new CancellationTokenSource())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "subject-requests/bulk")
            {
                Content = new StringContent(text.ToString(), Encoding.UTF8, "text/csv"),
            };
            var sending = dpo.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, impatient.Token);
            await Wait.UntilAsync(async () => await TotalAsync(dpo) > before + 3, () => "begun");
            await impatient.CancelAsync();
            await sending.ContinueWith(_ => { }, TestContext.Current.CancellationToken);
        }

        var report = await SendAsync(dpo, text.ToString());
        var again = await SendAsync(dpo, text.ToString());

        report.Should().HaveCount(300);
        report.Count(line => line[2] == "repeated").Should().BePositive("some were submitted before it was cut off");
        again.Should().OnlyContain(line => line[2] == "repeated");
        again.Select(line => line[1]).Should().Equal(report.Select(line => line[1]));
        (await TotalAsync(dpo)).Should().Be(before + 300);

        // Another key is another submission; the same person has a request already, and the two are one.
        var other = await SendAsync(dpo, text.ToString(), key: "monday");
        other.Should().OnlyContain(line => line[2] == "duplicate_of");
        (await SendAsync(dpo, $"{text}\n", key: "monday")).Should().OnlyContain(line => line[2] == "repeated");
    }

    [Theory]
    [InlineData("text/csv", "", "empty")]
    [InlineData("text/csv", "marker@example.org,erasure\n", "unknown_column")]
    [InlineData("text/csv", "type,subject,domain,value,value\n", "repeated_column")]
    [InlineData("text/csv", "type,subject,domain\n", "missing_column")]
    [InlineData("application/json", "{}", "wrong_content_type")]
    public async Task Bulk_ThatIsNoFileOfRequests_IsRefusedWhole(string type, string text, string code)
    {
        using var dpo = await host.ClientFor("dpo");

        using var answer = await dpo.PostAsync("subject-requests/bulk", new StringContent(text, Encoding.UTF8, type));

        answer
            .StatusCode.Should()
            .Be(code == "wrong_content_type" ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain(code).And.NotContain("marker");
    }

    [Fact]
    public async Task Bulk_WithBytesThatAreNoText_StopsThereAndSaysSo()
    {
        using var dpo = await host.ClientFor("dpo");
        byte[] bytes =
        [
            .. Encoding.UTF8.GetBytes(
                $"{Header}\n,erasure,customer,email,utf.one@example.org,,\n,erasure,customer,email,"
            ),
            0xff,
            0xfe,
            .. Encoding.UTF8.GetBytes(",,\n"),
        ];
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("text/csv");

        using var answer = await dpo.PostAsync("subject-requests/bulk", content);

        (await answer.Content.ReadAsStringAsync()).Should().Contain("unreadable");
    }

    private static async Task<List<string[]>> SendAsync(HttpClient client, string text, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "subject-requests/bulk")
        {
            Content = new StringContent(text, Encoding.UTF8, "text/csv"),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await client.SendAsync(request);
        var report = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.Should().Be(HttpStatusCode.OK, report);
        var lines = report.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim('\r')).ToArray();
        lines[0].Should().Be("line,request,state,code,where,message");
        return [.. lines.Skip(1).Select(line => line.Split(',', 6))];
    }

    private static async Task<int> TotalAsync(HttpClient client) =>
        JsonDocument
            .Parse(await client.GetStringAsync("subject-requests?take=1"))
            .RootElement.GetProperty("total")
            .GetInt32();
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests;

/// <summary>The calls, as clients make them, against the real service.</summary>
public sealed class SubjectRequestApiTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    private const string Marker = "marker.7f3a@example.org";

    [Fact]
    public async Task Erasure_FromSubmissionToReceipt_EndsByItselfOnceItIsApproved()
    {
        using var dpo = await host.ClientFor("dpo");
        using var pipeline = await host.ClientFor("pipeline");
        using var submitted = await pipeline.PostAsJsonAsync("subject-requests", Body("email", Marker));

        submitted.StatusCode.Should().Be(HttpStatusCode.Accepted);
        var location = submitted.Headers.Location!;
        var received = await dpo.GetFromJsonAsync<JsonElement>(location);
        received.GetProperty("state").GetString().Should().Be("received");
        received.GetProperty("clocks").GetProperty("legal").GetProperty("dueOn").GetString().Should().HaveLength(10);
        received.GetProperty("next").EnumerateArray().Select(act => act.GetString()).Should().Contain("verify");

        using var early = await dpo.GetAsync($"{location}/receipt");
        early.StatusCode.Should().Be(HttpStatusCode.Conflict);
        using var unverified = await dpo.PostAsync($"{location}/approve", null);
        unverified.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await unverified.Content.ReadAsStringAsync()).Should().Contain("verify, refuse, withdraw");

        using var verified = await dpo.PostAsync($"{location}/verify", null);
        verified.StatusCode.Should().Be(HttpStatusCode.OK, await verified.Content.ReadAsStringAsync());
        using var approved = await dpo.PostAsync($"{location}/approve", null);
        approved.StatusCode.Should().Be(HttpStatusCode.OK);
        var ended = await EndOfAsync(dpo, location);

        ended.GetProperty("state").GetString().Should().Be("completed");
        ended
            .GetProperty("items")
            .EnumerateArray()
            .Should()
            .OnlyContain(item => item.GetProperty("verdict").GetString() == "nothing_found");
        using var auditor = await host.ClientFor("auditor");
        using var receipt = await auditor.GetAsync($"{location}/receipt");
        receipt.Content.Headers.ContentType!.MediaType.Should().Be("application/jose");
        (await receipt.Content.ReadAsStringAsync()).Split('.').Should().HaveCount(3);

        ended.GetRawText().Should().NotContain("marker.7f3a");
        string.Concat(host.Logs).Should().NotContain("marker.7f3a");
    }

    [Fact]
    public async Task Acts_WithAReason_KeepItInTheHistoryOfWhoDidWhatWhenAndWhy()
    {
        using var dpo = await host.ClientFor("dpo");
        using var submitted = await dpo.PostAsJsonAsync("subject-requests", Body("email", "reasons@example.org"));
        var location = submitted.Headers.Location!;

        using var verified = await dpo.PostAsJsonAsync($"{location}/verify", new { reason = "checked by call-back" });
        using var tooLong = await dpo.PostAsJsonAsync($"{location}/withdraw", new { reason = new string('x', 1001) });
        using var withdrawn = await dpo.PostAsJsonAsync($"{location}/withdraw", new { reason = "made in error" });

        tooLong.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await withdrawn.Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("history")
            .EnumerateArray()
            .Select(line => line.GetProperty("why").GetString())
            .Should()
            .Contain(["checked by call-back", "made in error"]);
    }

    [Theory]
    [InlineData("analyst", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("auditor", HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData("pipeline", HttpStatusCode.Accepted, HttpStatusCode.Forbidden)]
    [InlineData("dpo", HttpStatusCode.Accepted, HttpStatusCode.OK)]
    public async Task Calls_OfARole_AreAllowedAsTheApiSays(string person, HttpStatusCode submit, HttpStatusCode list)
    {
        using var client = await host.ClientFor(person);

        using var submitted = await client.PostAsJsonAsync("subject-requests", Body("customer_id", "C-1"));
        using var listed = await client.GetAsync("subject-requests?take=10");

        submitted.StatusCode.Should().Be(submit);
        listed.StatusCode.Should().Be(list);
    }

    [Fact]
    public async Task Calls_WithoutAToken_AreRefused()
    {
        using var answer = await host.Client.PostAsJsonAsync("subject-requests", Body("email", Marker));

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(
        """{"type":"erasure","subject":"customer","claims":[{"domain":"email","value":12345678}]}""",
        "claims[0].value"
    )]
    [InlineData("""{"type":"erasure","subject":"customer","claims":[{"domain":"email"}]}""", "claims[0]")]
    [InlineData("""{"type":"erasure","subject":"customer","claims":[null]}""", "claims[0]")]
    [InlineData(
        """{"type":"erasure","subject":"customer","claims":[{"domain":"mail","value":"12345678"}]}""",
        "claims[0].domain"
    )]
    [InlineData("""{"type":"erasure","subject":"customer","claims":[]}""", "claims")]
    [InlineData(
        """{"type":"erasure","subject":"12345678","claims":[{"domain":"email","value":"a@b.org"}]}""",
        "subject"
    )]
    [InlineData("""{"type":"12345678","subject":"customer","claims":[{"domain":"email","value":"a@b.org"}]}""", "type")]
    [InlineData(
        """{"type":"erasure","subject":"customer","channel":"12345678","claims":[{"domain":"email","value":"a@b.org"}]}""",
        "channel"
    )]
    [InlineData(
        """{"type":"erasure","subject":"customer","receivedAt":"2999-01-01T00:00:00Z","claims":[{"domain":"email","value":"a@b.org"}]}""",
        "receivedAt"
    )]
    [InlineData(
        """{"type":"rectification","subject":"customer","claims":[{"domain":"email","value":"a@b.org"}]}""",
        "corrections"
    )]
    public async Task Submit_OfAFaultyRequest_NamesThePlaceAndNeverTheValue(string body, string place)
    {
        using var dpo = await host.ClientFor("dpo");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await dpo.PostAsync("subject-requests", content);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var text = await answer.Content.ReadAsStringAsync();
        text.Should().Contain(place).And.NotContain("12345678");
    }

    [Fact]
    public async Task Refuse_WithoutAReason_IsRefused()
    {
        using var dpo = await host.ClientFor("dpo");
        using var submitted = await dpo.PostAsJsonAsync("subject-requests", Body("customer_id", "C-2"));
        var location = submitted.Headers.Location!;

        using var without = await dpo.PostAsJsonAsync($"{location}/refuse", new { reason = " " });
        using var with = await dpo.PostAsJsonAsync($"{location}/refuse", new { reason = "no proof of identity" });

        without.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        with.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Extend_OfARequest_NeedsItsReasonAndShowsBothDates()
    {
        using var dpo = await host.ClientFor("dpo");
        using var auditor = await host.ClientFor("auditor");
        using var submitted = await dpo.PostAsJsonAsync("subject-requests", Body("customer_id", "C-3"));
        var location = submitted.Headers.Location!;

        using var without = await dpo.PostAsJsonAsync($"{location}/extend", new { reason = " " });
        using var stranger = await auditor.PostAsJsonAsync($"{location}/extend", new { reason = "many systems" });
        using var with = await dpo.PostAsJsonAsync($"{location}/extend", new { reason = "many systems" });
        using var again = await dpo.PostAsJsonAsync($"{location}/extend", new { reason = "many systems" });

        without.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        stranger.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        again.StatusCode.Should().Be(HttpStatusCode.Conflict);
        var legal = (await with.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("clocks").GetProperty("legal");
        legal.GetProperty("extension").GetProperty("reason").GetString().Should().Be("many systems");
        legal.GetProperty("firstDueOn").GetString().Should().NotBe(legal.GetProperty("dueOn").GetString());
    }

    [Fact]
    public async Task List_OfWhatPresses_AnswersBothKindsAndRefusesOthers()
    {
        using var auditor = await host.ClientFor("auditor");

        var late = await auditor.GetFromJsonAsync<JsonElement>("subject-requests?due=late");
        using var wrong = await auditor.GetAsync("subject-requests?due=12345678");

        late.GetProperty("late").GetInt32().Should().Be(late.GetProperty("total").GetInt32());
        wrong.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync()).Should().Contain("late or soon").And.NotContain("12345678");
    }

    [Fact]
    public async Task Get_OfAnUnknownId_IsNotFound()
    {
        using var dpo = await host.ClientFor("dpo");

        using var answer = await dpo.GetAsync("subject-requests/0199d8f0-0000-7000-8000-000000000001");

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("unknown_subject_request");
    }

    private static object Body(string domain, string value) =>
        new
        {
            type = "erasure",
            subject = "customer",
            claims = new[] { new { domain, value } },
            channel = "web",
        };

    private static async Task<JsonElement> EndOfAsync(HttpClient dpo, Uri location)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var request = await dpo.GetFromJsonAsync<JsonElement>(location);
            if (request.GetProperty("state").GetString()!.StartsWith("completed", StringComparison.Ordinal))
            {
                return request;
            }

            await Task.Delay(200);
        }

        throw new TimeoutException("The request did not end.");
    }
}

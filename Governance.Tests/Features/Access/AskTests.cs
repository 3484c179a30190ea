using System.Net;
using Governance.Policies.Views;
using Governance.Tests.Support;

namespace Governance.Tests.Features.Access;

/// <summary>Asking for access, from the question to the rows.</summary>
public sealed class AskTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    [Fact]
    public async Task Ask_AllowedByThePolicies_StandsInTheWarehouseWhenItIsAnswered()
    {
        var answer = await world.PostAsync(
            "analyst",
            "access-requests",
            new
            {
                dataset = "addresses",
                purpose = "billing",
                duration = "8h",
                columns = new[] { "address_id", "country" },
            },
            HttpStatusCode.Created
        );

        answer.GetProperty("state").GetString().Should().Be("granted");
        answer.GetProperty("grantState").GetString().Should().Be("verified");
        answer.GetProperty("decision").GetProperty("outcome").GetString().Should().Be("allow");
        var id = answer.GetProperty("grantId").GetString()!;
        var grant = await world.GrantOfAsync(id);
        grant.GetProperty("rows").GetProperty("words").GetString().Should().Be("country is 'ENGLAND' or 'WALES'");
        grant.GetProperty("sql").GetProperty("view").GetString().Should().Contain("ENGLAND").And.Contain("now()");
        grant.GetProperty("sql").GetProperty("rowRule").GetString().Should().Contain("WALES");
        (grant.GetProperty("until").GetDateTimeOffset() - grant.GetProperty("grantedAt").GetDateTimeOffset())
            .Should()
            .BeCloseTo(TimeSpan.FromHours(8), TimeSpan.FromSeconds(2));
        var rows = await world.QueryAsync(
            $"SELECT country, count(*) AS n FROM {grant.GetProperty("view").GetString()} GROUP BY 1 ORDER BY 1"
        );
        rows.GetProperty("rows")
            .GetRawText()
            .Should()
            .Be("""[{"country":"ENGLAND","n":3},{"country":"WALES","n":1}]""");
        (await world.LedgerAsync($"grant/{id}"))
            .Select(entry => entry.GetProperty("action").GetString())
            .Should()
            .BeEquivalentTo("grant.approved", "grant.verified");
        (await world.LedgerAsync($"access-request/{answer.GetProperty("id").GetString()}"))
            .Should()
            .ContainSingle()
            .Which.GetProperty("action")
            .GetString()
            .Should()
            .Be("access-request.allowed");
    }

    [Fact]
    public async Task Ask_ForTheOwnersWord_IsGrantedWhenItIsSaid()
    {
        var answer = await world.PostAsync(
            "analyst",
            "access-requests",
            new
            {
                dataset = "customers",
                purpose = "marketing",
                duration = "P30D",
                columns = new[] { "segment", "created_at" },
                justification = "Autumn campaign",
            },
            HttpStatusCode.Accepted
        );
        var id = answer.GetProperty("id").GetString()!;
        answer.GetProperty("approvalsMissing").GetInt32().Should().Be(1);
        answer.GetProperty("decision").GetProperty("approverTeam").GetString().Should().Be("customer-relations");
        (await world.GetAsync("owner", "access-requests?state=pending"))
            .GetRawText()
            .Should()
            .Contain(id)
            .And.Contain("Autumn campaign");
        // The officer alone is not the owner.
        using (var early = await world.SendAsync("dpo", HttpMethod.Post, $"access-requests/{id}/approve"))
        {
            (await early.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "approval_refused"))
                .FaultCodes()
                .Should()
                .Equal("not_the_owner");
        }

        var granted = await world.PostAsync("owner", $"access-requests/{id}/approve", new { reason = "Agreed" });

        granted.GetProperty("state").GetString().Should().Be("granted");
        granted.GetProperty("grantState").GetString().Should().Be("verified");
        granted.GetProperty("votes")[0].GetProperty("reason").GetString().Should().Be("Agreed");
        var grant = await world.GrantOfAsync(granted.GetProperty("grantId").GetString()!);
        grant.GetProperty("smallestGroup").GetInt32().Should().Be(10);
        var view = grant.GetProperty("view").GetString();
        await world.ShouldBeRefusedAsync($"SELECT segment FROM {view}", HttpStatusCode.Forbidden, "group_only");
        (await world.QueryAsync($"SELECT segment, count(*) AS n FROM {view} GROUP BY 1"))
            .GetProperty("rows")
            .GetRawText()
            .Should()
            .Be("""[{"segment":"home","n":11}]""", "one business is no group");
        using var twice = await world.SendAsync("owner", HttpMethod.Post, $"access-requests/{id}/approve");
        await twice.ShouldBeProblemAsync(HttpStatusCode.Conflict, "not_pending");
    }

    [Fact]
    public async Task Ask_ForWhatIsSensitive_NeedsTwoPeople()
    {
        var answer = await world.PostAsync(
            "analyst",
            "access-requests",
            new
            {
                dataset = "payments",
                purpose = "billing",
                duration = "1h",
            },
            HttpStatusCode.Accepted
        );
        var id = answer.GetProperty("id").GetString()!;
        answer.GetProperty("approvalsMissing").GetInt32().Should().Be(2);

        var once = await world.PostAsync("owner", $"access-requests/{id}/approve");
        once.GetProperty("state").GetString().Should().Be("pending");
        once.GetProperty("approvalsMissing").GetInt32().Should().Be(1);
        using (var again = await world.SendAsync("owner", HttpMethod.Post, $"access-requests/{id}/approve"))
        {
            (await again.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "approval_refused"))
                .FaultCodes()
                .Should()
                .Equal("approved_already");
        }

        var granted = await world.PostAsync("dpo", $"access-requests/{id}/approve");

        granted.GetProperty("state").GetString().Should().Be("granted");
        // Its table comes with the first record.
        granted.GetProperty("grantState").GetString().Should().Be("approved");
        var grant = await world.GrantOfAsync(granted.GetProperty("grantId").GetString()!);
        grant.GetProperty("fault").GetProperty("code").GetString().Should().Be("table_missing");
        grant.GetProperty("approvedBy").GetArrayLength().Should().Be(2);
    }

    [Fact]
    public async Task Deny_ByTheOwner_EndsTheRequest()
    {
        var answer = await world.PostAsync(
            "analyst",
            "access-requests",
            new
            {
                dataset = "customers",
                purpose = "fraud_prevention",
                duration = "1d",
            },
            HttpStatusCode.Accepted
        );
        var id = answer.GetProperty("id").GetString()!;

        var denied = await world.PostAsync("owner", $"access-requests/{id}/deny", new { reason = "Not this quarter" });

        denied.GetProperty("state").GetString().Should().Be("denied");
        (await world.GetAsync("analyst", $"access-requests/{id}")).GetRawText().Should().Contain("Not this quarter");
        using var late = await world.SendAsync("owner", HttpMethod.Post, $"access-requests/{id}/approve");
        (await late.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("not_pending");
    }

    [Theory]
    [InlineData("addresses", "curiosity", "purpose_unknown")]
    [InlineData("addresses", "emergency", "break_glass_only")]
    [InlineData("meter_readings", "research", "nothing_to_show")]
    public async Task Ask_WhatThePoliciesForbid_IsDeniedWithEveryReason(string dataset, string purpose, string reason)
    {
        string[]? columns = dataset == "meter_readings" ? ["kwh"] : null;
        using var response = await world.SendAsync(
            "analyst",
            HttpMethod.Post,
            "access-requests",
            new
            {
                dataset,
                purpose,
                columns,
                duration = "1h",
            }
        );

        var problem = await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "access_denied");
        problem.FaultCodes().Should().Contain(reason);
        (await world.GetAsync("analyst", "access-requests?state=denied")).GetRawText().Should().Contain(reason);
    }

    [Theory]
    [InlineData(
        """{"dataset":"addresses","purpose":"billing","duration":"soon"}""",
        HttpStatusCode.BadRequest,
        "invalid_request"
    )]
    [InlineData(
        """{"dataset":"addresses","purpose":"billing","duration":"-1h"}""",
        HttpStatusCode.BadRequest,
        "invalid_request"
    )]
    [InlineData(
        """{"dataset":"addresses","purpose":"billing","duration":"PT0S"}""",
        HttpStatusCode.BadRequest,
        "invalid_request"
    )]
    [InlineData(
        """{"dataset":"addresses","purpose":"billing","duration":"999999999w"}""",
        HttpStatusCode.BadRequest,
        "invalid_request"
    )]
    [InlineData("""{"dataset":"","purpose":"billing","duration":"1h"}""", HttpStatusCode.BadRequest, "invalid_request")]
    [InlineData(
        """{"dataset":"addresses","purpose":"billing","duration":"1h","columns":[null]}""",
        HttpStatusCode.BadRequest,
        "invalid_request"
    )]
    [InlineData(
        """{"dataset":"nosuch","purpose":"billing","duration":"1h"}""",
        HttpStatusCode.NotFound,
        "unknown_dataset"
    )]
    [InlineData("""{"dataset":"addresses","purpose":"billing"}""", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData(
        """{"dataset":"addresses","purpose":"billing","duration":"1h","until":"now"}""",
        HttpStatusCode.BadRequest,
        "invalid_json"
    )]
    public async Task Ask_BadInput_IsAProblem(string body, HttpStatusCode status, string code)
    {
        using var analyst = await world.Host.ClientFor("analyst");
        foreach (var path in (string[])["access-requests", "access-requests/preview"])
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var response = await analyst.PostAsync(
                new Uri(path, UriKind.Relative),
                content,
                TestContext.Current.CancellationToken
            );

            await response.ShouldBeProblemAsync(status, code);
        }
    }

    [Fact]
    public async Task BreakGlass_WithAReason_ShowsAllRegionsRaisesAnAlarmAndIsReviewed()
    {
        var answer = await world.PostAsync(
            "pipeline",
            "access-requests/break-glass",
            new { dataset = "addresses", reason = "Gas leak reported in the whole street" },
            HttpStatusCode.Created
        );

        var (id, grant) = (answer.GetProperty("id").GetString()!, answer.GetProperty("grantId").GetString()!);
        answer.GetProperty("reviewOpen").GetBoolean().Should().BeTrue();
        answer.GetProperty("seconds").GetInt64().Should().Be(3600);
        world.Host.Logs.Should().Contain(line => line.StartsWith("Critical") && line.Contains(id));
        (await world.LedgerAsync($"access-request/{id}"))[0]
            .GetProperty("action")
            .GetString()
            .Should()
            .Be("access-request.break-glass");
        var held = await world.GetAsync("pipeline", $"grants/{grant}");
        held.GetProperty("rows").GetProperty("words").GetString().Should().Be("every row");
        var view = held.GetProperty("view").GetString()!.Split('.')[1];
        (await world.Warehouse.FindViewAsync(view, TestContext.Current.CancellationToken))!
            .Readers.Should()
            .Equal(Members.OfId("5a000000-0000-4000-8000-000000000004"));

        // The owner finds that it was no emergency.
        var reviewed = await world.PostAsync("owner", $"access-requests/{id}/deny", new { reason = "It was a drill" });
        reviewed.GetProperty("reviewOpen").GetBoolean().Should().BeFalse();
        (await world.GetAsync("pipeline", $"grants/{grant}")).GetProperty("state").GetString().Should().Be("revoked");
        (await world.Warehouse.FindViewAsync(view, TestContext.Current.CancellationToken)).Should().BeNull();
    }

    [Fact]
    public async Task BreakGlass_ReviewedWell_StaysAndNotByWhoBrokeIt()
    {
        using (
            var brief = await world.SendAsync(
                "dpo",
                HttpMethod.Post,
                "access-requests/break-glass",
                new { dataset = "addresses", reason = "Because" }
            )
        )
        {
            (await brief.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "access_denied"))
                .FaultCodes()
                .Should()
                .Contain("justification_missing");
        }

        var answer = await world.PostAsync(
            "dpo",
            "access-requests/break-glass",
            new { dataset = "meter_readings", reason = "A fire at a substation, who is affected" }
        );
        var id = answer.GetProperty("id").GetString()!;
        using (var own = await world.SendAsync("dpo", HttpMethod.Post, $"access-requests/{id}/approve"))
        {
            (await own.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "approval_refused"))
                .FaultCodes()
                .Should()
                .Contain("four_eyes");
        }

        (await world.PostAsync("owner", $"access-requests/{id}/approve"))
            .GetProperty("reviewOpen")
            .GetBoolean()
            .Should()
            .BeFalse();
        (await world.GetAsync("dpo", $"grants/{answer.GetProperty("grantId").GetString()}"))
            .GetProperty("state")
            .GetString()
            .Should()
            .Be("verified");
    }

    [Fact]
    public async Task Preview_OfARequest_ShowsWhatIssuingStoresAndStoresNothing()
    {
        var body = new
        {
            dataset = "addresses",
            purpose = "support",
            duration = "P2D",
            columns = new[] { "city", "country" },
        };
        var before = (await world.GetAsync("analyst", "access-requests?take=500"))
            .GetProperty("requests")
            .GetArrayLength();

        var preview = await world.PostAsync("analyst", "access-requests/preview", body);

        preview.GetProperty("decision").GetProperty("outcome").GetString().Should().Be("allow");
        preview.GetProperty("rows").GetProperty("words").GetString().Should().Be("country is 'ENGLAND' or 'WALES'");
        preview.GetProperty("rowsNow").GetRawText().Should().Be("""{"inAll":6,"shown":4}""");
        preview.GetProperty("columns")[0].GetProperty("shown").GetString().Should().Be("masked");
        preview.GetProperty("sql").GetProperty("view").GetString().Should().Contain("SELECT").And.Contain("city");
        (await world.GetAsync("analyst", "access-requests?take=500"))
            .GetProperty("requests")
            .GetArrayLength()
            .Should()
            .Be(before);
        var denied = await world.PostAsync(
            "analyst",
            "access-requests/preview",
            new
            {
                dataset = "addresses",
                purpose = "curiosity",
                duration = "1h",
            }
        );
        denied.GetProperty("refusals")[0].GetProperty("code").GetString().Should().Be("purpose_unknown");
        denied.GetProperty("sql").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Grants_OfOthers_AreNotSeen()
    {
        var id = await world.GrantAsync();

        (await world.GetAsync("pipeline", "grants?take=500")).GetRawText().Should().NotContain(id);
        using (var peek = await world.SendAsync("pipeline", HttpMethod.Get, $"grants/{id}"))
        {
            await peek.ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_grant");
        }

        using (var end = await world.SendAsync("pipeline", HttpMethod.Delete, $"grants/{id}"))
        {
            await end.ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_grant");
        }

        foreach (var person in (string[])["analyst", "owner", "dpo", "auditor"])
        {
            (await world.GetAsync(person, "grants?take=500")).GetRawText().Should().Contain(id);
        }
    }

    [Theory]
    [InlineData("grants?state=gone", "unknown_state")]
    [InlineData("grants?take=0", "out_of_range")]
    [InlineData("access-requests?state=gone", "unknown_state")]
    [InlineData("access-requests?take=501", "out_of_range")]
    public async Task List_BadInput_IsAProblem(string path, string code)
    {
        using var response = await world.SendAsync("analyst", HttpMethod.Get, path);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(code);
    }
}

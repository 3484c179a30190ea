using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Masking.Revealing;
using Governance.Policies.Decisions;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Revealing;

public sealed class RevealValuesTests : IAsyncLifetime
{
    private readonly AccessSwitch _access = new();
    private RevealWorld _world = null!;

    public async ValueTask InitializeAsync() =>
        _world = await RevealWorld.StartAsync(
            ["--Governance:Reveal:BurstValues=1000", "--Governance:Reveal:MaxValues=5"],
            builder => _access.Insert(builder.Services)
        );

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Reveal_Granted_GivesPlainValuesAndEachStandsInTheLedger()
    {
        _world.Grants.Grants = [HeldRevealGrants.Of("support", "email", "name")];
        var nobody = Guid.NewGuid().ToString();

        using var response = await _world.AskAsync(
            new
            {
                dataset = "customers",
                column = "email",
                values = new[] { _world.Email, nobody, "no surrogate", _world.Customer },
                purpose = "support",
                reason = "ticket-4711",
            }
        );

        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        response.StatusCode.Should().Be(HttpStatusCode.OK, answer.ToString());
        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        answer.GetProperty("revealed").GetInt32().Should().Be(1);
        var values = answer.GetProperty("values").EnumerateArray().ToArray();
        values
            .Select(value => value.GetProperty("state").GetString())
            .Should()
            .Equal("revealed", "erased", "not_genuine", "erased");
        values[0].GetProperty("value").GetString().Should().Be(CanaryMarkers.Email);
        values.Skip(1).Should().AllSatisfy(value => value.TryGetProperty("value", out _).Should().BeFalse());

        var (entries, text) = await _world.LedgerAsync();
        entries.Should().HaveCount(4);
        entries
            .Select(entry => entry.GetProperty("action").GetString())
            .Should()
            .Equal("value.revealed", "value.withheld", "value.withheld", "value.withheld");
        entries[0].GetProperty("target").GetString().Should().Be("dataset/customers");
        entries[0].GetProperty("actor").GetString().Should().Be("5a000000-0000-4000-8000-000000000002");
        var details = entries[0].GetProperty("details");
        details.GetProperty("column").GetString().Should().Be("email");
        details.GetProperty("purpose").GetString().Should().Be("support");
        details.GetProperty("reason").GetString().Should().Be("ticket-4711");
        details.GetProperty("grant").GetString().Should().Be("grant-1");
        details.GetProperty("method").GetString().Should().Be("surrogate");
        details.GetProperty("reveal").GetString().Should().Be(answer.GetProperty("id").GetString());
        details.GetProperty("policyHash").GetString().Should().HaveLength(64);
        details
            .GetProperty("reference")
            .GetString()
            .Should()
            .Be(RevealFactValue.Of("customers", "email", _world.Email));
        entries[1].GetProperty("details").GetProperty("fault").GetString().Should().Be("unknown_surrogate");
        text.Should().NotContain(CanaryMarkers.Email).And.NotContain(_world.Email).And.NotContain(nobody);
        string.Join('\n', _world.Host.Logs).Should().NotContain(CanaryMarkers.Email);
    }

    [Fact]
    public async Task Reveal_SealedWithinAColumn_NeedsItsOwnSubject()
    {
        _world.Grants.Grants = [HeldRevealGrants.Of("support", "email", "name")];

        var opened = await OpenAsync(
            "name.given",
            [_world.GivenName, _world.GivenName],
            [_world.Customer, _world.Email]
        );
        var without = await OpenAsync("name.given", [_world.GivenName], null);

        opened.Select(one => one.State).Should().Equal("revealed", "erased");
        opened[0].Value.Should().NotBeNullOrEmpty().And.NotBe(_world.GivenName);
        without.Select(one => one.State).Should().Equal("subject_missing");
    }

    [Fact]
    public async Task Reveal_OfWhomRestrictedProcessing_GivesNothingUntilItIsLifted()
    {
        _world.Grants.Grants = [HeldRevealGrants.Of("support", "email", "name")];
        using var dpo = await _world.Host.ClientFor("dpo");
        var id = await RestrictAsync(dpo);

        (await OpenAsync("email", [_world.Email, Guid.NewGuid().ToString()], null))
            .Select(one => (one.State, one.Value))
            .Should()
            .Equal(("limited", null), ("erased", null));
        (await OpenAsync("name.given", [_world.GivenName], [_world.Customer]))
            .Select(one => (one.State, one.Value))
            .Should()
            .Equal(("limited", null));
        var (entries, _) = await _world.LedgerAsync();
        entries
            .Select(entry => entry.GetProperty("action").GetString())
            .Should()
            .OnlyContain(action => action == "value.withheld");

        using var lifted = await dpo.PostAsJsonAsync($"subject-requests/{id}/lift", new { reason = "it is settled" });
        lifted.StatusCode.Should().Be(HttpStatusCode.OK);
        (await OpenAsync("email", [_world.Email], null)).Select(one => one.State).Should().Equal("revealed");
    }

    private static async Task<string> RestrictAsync(HttpClient dpo)
    {
        using var submitted = await dpo.PostAsJsonAsync(
            "subject-requests",
            new
            {
                type = "restriction",
                subject = "customer",
                claims = new[] { new { domain = "email", value = CanaryMarkers.Email } },
            }
        );
        var id = (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        foreach (var act in new[] { "verify", "approve" })
        {
            using var done = await dpo.PostAsJsonAsync($"subject-requests/{id}/{act}", new { });
            done.IsSuccessStatusCode.Should().BeTrue(await done.Content.ReadAsStringAsync());
        }

        var state = "";
        await Wait.UntilAsync(
            async () =>
                (
                    state = (await dpo.GetFromJsonAsync<JsonElement>($"subject-requests/{id}"))
                        .GetProperty("state")
                        .GetString()
                ) == "completed",
            () => $"the restriction is in force; it is {state}"
        );
        return id;
    }

    [Theory]
    [InlineData("settlement", "email", "email")]
    [InlineData("support", "customer_id", "email")]
    [InlineData("support", "name", "name.given")]
    public async Task Reveal_WithoutAGrantOfIt_IsRefusedAndStandsInTheLedger(
        string purpose,
        string granted,
        string column
    )
    {
        // Of another purpose, of other columns, or ended a moment ago.
        var grant = HeldRevealGrants.Of(purpose, granted);
        _world.Grants.Grants = [grant with { Until = column == "name.given" ? DateTimeOffset.UnixEpoch : grant.Until }];

        await RefusedAsync(column, "support", "not_granted", holdsPurpose: false);
    }

    [Fact]
    public async Task Reveal_ByDefault_IsGrantedToNobody()
    {
        _world.Grants.Grants = [];
        await RefusedAsync("email", "support", "not_granted", holdsPurpose: false);

        await using var plain = await SandboxHost.StartAsync();
        plain
            .Services.GetRequiredService<Governance.Api.Features.Revealing.IRevealGrants>()
            .Should()
            .BeOfType<Governance.Api.Features.Access.Grants.RevealGrantsOfPeople>(
                "grants are what was asked for, and nobody asked"
            );
        using var analyst = await plain.ClientFor("analyst");
        using var response = await analyst.PostAsJsonAsync(
            "reveal",
            new
            {
                dataset = "customers",
                column = "email",
                values = new[] { Guid.Empty },
                purpose = "support",
            }
        );
        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "not_granted");
    }

    [Theory]
    [InlineData("network_planning", "address_id", "not_revealable")]
    [InlineData("billing", "customer_id", "not_revealable")]
    [InlineData("no_such_purpose", "email", "policy_denied")]
    [InlineData("emergency", "email", "policy_denied")]
    [InlineData("fraud_prevention", "customer_id", "owner_not_asked")]
    public async Task Reveal_GrantedButThePoliciesSayNo_IsRefused(string purpose, string column, string code)
    {
        _world.Grants.Grants = [HeldRevealGrants.Of(purpose, column)];

        await RefusedAsync(column, purpose, code, holdsPurpose: true);
    }

    [Fact]
    public async Task Reveal_BreakGlass_IsRefusedHoweverMuchIsGranted()
    {
        _world.Grants.Grants = [HeldRevealGrants.Of("emergency", "email") with { IsBreakGlass = true }];

        await RefusedAsync("email", "emergency", "policy_denied", holdsPurpose: true);
    }

    [Fact]
    public async Task Reveal_WithTheOwnersWord_IsGivenWhereThePoliciesAskForIt()
    {
        _world.Grants.Grants = [HeldRevealGrants.Of("fraud_prevention", "customer_id") with { ApprovedByOwner = true }];

        var opened = await OpenAsync("customer_id", [_world.Customer], null, "fraud_prevention");

        opened.Should().Equal(("revealed", CanaryMarkers.CustomerId));
    }

    [Fact]
    public async Task Reveal_WhereThePoliciesGiveNoAnswerOrAskForMore_IsRefused()
    {
        _world.Grants.Grants = [HeldRevealGrants.Of("support", "email")];
        _access.Instead = (_, _) =>
            AccessDecision.Denied(new DecisionReason(DecisionReason.TooCostly, "It took too long."), PolicyStamp.None);
        await RefusedAsync("email", "support", "policy_unavailable", holdsPurpose: true);

        _access.Instead = (_, decision) => decision with { Obligations = ["ledger", "four_eyes"] };
        await RefusedAsync("email", "support", "obligation_unknown", holdsPurpose: true);

        _access.Instead = (_, _) => throw new InvalidOperationException("broken");
        await RefusedAsync("email", "support", "failed", holdsPurpose: true, answered: "internal_error");
    }

    [Fact]
    public async Task Reveal_AsksThePoliciesEachTimeAboutThisMoment()
    {
        _world.Grants.Grants = [HeldRevealGrants.Of("support", "email")];
        (await OpenAsync("email", [_world.Email], null)).Should().Equal(("revealed", CanaryMarkers.Email));

        // The grant stands, the policies have changed since.
        _access.Instead = (question, decision) =>
        {
            question.Columns.Should().Equal("email");
            question.Duration.Should().Be(TimeSpan.FromSeconds(1));
            return decision with { Columns = [.. decision.Columns.Select(column => column with { Revealable = [] })] };
        };
        await RefusedAsync("email", "support", "not_revealable", holdsPurpose: true);
    }

    [Theory]
    [InlineData("""{"dataset":"customers","column":"email","values":[],"purpose":"support"}""", 400, "invalid")]
    [InlineData(
        """{"dataset":"customers","column":"email","values":["a","a","a","a","a","a"],"purpose":"support"}""",
        400,
        "invalid"
    )]
    [InlineData("""{"dataset":"customers","column":"email","values":[""],"purpose":"support"}""", 400, "invalid")]
    [InlineData(
        """{"dataset":"customers","column":"email","values":["a"],"subjects":[],"purpose":"support"}""",
        400,
        "invalid"
    )]
    [InlineData(
        """{"dataset":"customers","column":"email","values":["a"],"subjects":["zqx"],"purpose":"support"}""",
        400,
        "invalid"
    )]
    [InlineData(
        """{"dataset":"customers","column":"email","values":["a"],"purpose":"support","reason":"Zqx Called"}""",
        400,
        "invalid"
    )]
    [InlineData("""{"dataset":"customers","column":"email","values":[null],"purpose":"support"}""", 400, "invalid")]
    [InlineData("""{"dataset":"customers","column":"email","values":"a","purpose":"support"}""", 400, "invalid_json")]
    [InlineData("""{"dataset":"customers","column":"email","purpose":"support"}""", 400, "invalid_json")]
    [InlineData("""{"dataset":"zqx","column":"email","values":["a"],"purpose":"support"}""", 404, "unknown_column")]
    [InlineData("""{"dataset":"customers","column":"zqx","values":["a"],"purpose":"support"}""", 404, "unknown_column")]
    [InlineData("""{"dataset":"customers","column":"email","values":["a"],"purpose":"zqx"}""", 403, "not_granted")]
    public async Task Reveal_BadInput_IsAProblemThatRepeatsNothing(string body, int status, string code)
    {
        using var analyst = await _world.Host.ClientFor("analyst");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await analyst.PostAsync(new Uri("reveal", UriKind.Relative), content);

        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(status, text);
        text.Should().Contain(code).And.NotContain("zqx").And.NotContain("Zqx");
        (await _world.LedgerAsync()).Text.Should().NotContain("zqx").And.NotContain("Zqx");
    }

    private async Task<(string State, string? Value)[]> OpenAsync(
        string column,
        string[] values,
        string[]? subjects,
        string purpose = "support"
    )
    {
        using var response = await _world.AskAsync(
            new
            {
                dataset = "customers",
                column,
                values,
                purpose,
                subjects,
            }
        );
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(HttpStatusCode.OK, text);
        return
        [
            .. JsonSerializer
                .Deserialize<JsonElement>(text)
                .GetProperty("values")
                .EnumerateArray()
                .Select(value =>
                    (
                        value.GetProperty("state").GetString()!,
                        value.TryGetProperty("value", out var plain) ? plain.GetString() : null
                    )
                ),
        ];
    }

    private async Task RefusedAsync(
        string column,
        string purpose,
        string code,
        bool holdsPurpose,
        string? answered = null
    )
    {
        var before = (await _world.LedgerAsync()).Entries.Length;
        using var response = await _world.AskAsync(
            new
            {
                dataset = "customers",
                column,
                values = new[] { _world.Email },
                purpose,
            }
        );
        var text = await response.Content.ReadAsStringAsync();
        JsonSerializer
            .Deserialize<JsonElement>(text)
            .GetProperty("code")
            .GetString()
            .Should()
            .Be(answered ?? code, text);
        text.Should().NotContain(CanaryMarkers.Email).And.NotContain(_world.Email);
        response
            .StatusCode.Should()
            .Be(answered is null ? HttpStatusCode.Forbidden : HttpStatusCode.InternalServerError);
        var entry = (await _world.LedgerAsync()).Entries[before..].Should().ContainSingle().Which;
        entry.GetProperty("action").GetString().Should().Be("reveal.refused");
        var details = entry.GetProperty("details");
        details.GetProperty("code").GetString().Should().Be(code);
        details.GetProperty("column").GetString().Should().Be(column);
        details.TryGetProperty("purpose", out _).Should().Be(holdsPurpose);
    }
}

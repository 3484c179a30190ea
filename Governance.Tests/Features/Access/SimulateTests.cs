using System.Net;
using System.Text.Json;
using Governance.Tests.Support;

namespace Governance.Tests.Features.Access;

/// <summary>Consequences of changed policies before they are in force.</summary>
public sealed class SimulateTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    [Fact]
    public async Task Simulate_ChangedPolicies_ShowsWhatWouldChangeAndChangesNothing()
    {
        var rows = await world.GrantAsync("addresses", "billing", columns: ["country", "city"]);
        var ends = await world.GrantAsync("meter_readings", "settlement");
        var stays = await world.GrantAsync("meter_readings", "billing");
        var pending = (
            await world.PostAsync(
                "analyst",
                "access-requests",
                new
                {
                    dataset = "customers",
                    purpose = "fraud_prevention",
                    duration = "1d",
                    columns = new[] { "customer_id" },
                }
            )
        ).GetProperty("id").GetString();

        var simulated = await world.PostAsync(
            "dpo",
            "policies/simulate",
            new
            {
                files = new Dictionary<string, string?>
                {
                    ["teams/data.json"] = Changed(
                        "teams/data.json",
                        "\"regions\": [\"ENGLAND\", \"WALES\"]",
                        "\"regions\": [\"SCOTLAND\"]"
                    ),
                    ["purposes/data.json"] = Changed(
                        "purposes/data.json",
                        "GDPR Art. 6(1)(c): the Balancing and Settlement Code obliges suppliers",
                        "",
                        "GDPR Art. 6(1)(f): legitimate interest, balanced in assessment LIA-7",
                        ""
                    ),
                },
            }
        );

        simulated
            .GetProperty("counts")
            .GetRawText()
            .Should()
            .Be("""{"grants":3,"unchanged":1,"changed":1,"ended":1,"undecided":0}""");
        var changed = Grant(simulated, rows);
        changed.GetProperty("outcome").GetString().Should().Be("changed");
        changed.GetProperty("rowsBefore").GetRawText().Should().Contain("ENGLAND").And.Contain("\"shown\":4");
        changed.GetProperty("rowsAfter").GetRawText().Should().Contain("SCOTLAND").And.Contain("\"shown\":2");
        Grant(simulated, ends)
            .GetProperty("reasons")[0]
            .GetProperty("code")
            .GetString()
            .Should()
            .Be("purpose_without_legal_basis");
        simulated.GetRawText().Should().NotContain(stays);
        simulated
            .GetProperty("views")
            .EnumerateArray()
            .Select(view => view.GetProperty("sqlAfter").ValueKind)
            .Should()
            .BeEquivalentTo([JsonValueKind.String, JsonValueKind.Null]);
        simulated
            .GetProperty("rowRules")
            .EnumerateArray()
            .Select(rule =>
                $"{rule.GetProperty("words").GetString()}: {rule.GetProperty("membersBefore").GetInt32()} {rule.GetProperty("membersAfter").GetInt32()}"
            )
            .Should()
            .BeEquivalentTo("country is 'ENGLAND' or 'WALES': 1 0", "country is 'SCOTLAND': 0 1");
        simulated.GetProperty("requests")[0].GetProperty("id").GetString().Should().Be(pending);
        simulated
            .GetProperty("requests")[0]
            .GetProperty("after")
            .GetProperty("outcome")
            .GetString()
            .Should()
            .Be("deny");
        (await world.GrantOfAsync(rows))
            .GetProperty("rows")
            .GetProperty("words")
            .GetString()
            .Should()
            .Contain("ENGLAND");
        (await world.StateAsync(ends)).Should().Be("verified");
        (await world.GetAsync("dpo", "policies"))
            .GetProperty("hash")
            .GetString()
            .Should()
            .Be(simulated.GetProperty("inForce").GetProperty("hash").GetString());
    }

    [Fact]
    public async Task Simulate_PoliciesAtFault_SaysWhereAndWhat()
    {
        using var broken = await world.SendAsync(
            "admin",
            HttpMethod.Post,
            "policies/simulate",
            new { files = new Dictionary<string, string?> { ["access/access.rego"] = "package access\n\nallow if {" } }
        );
        var problem = await broken.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "policies_at_fault");
        problem.GetProperty("faults")[0].GetProperty("path").GetString().Should().Be("access/access.rego");
        problem.GetProperty("faults")[0].GetProperty("line").GetInt32().Should().BeGreaterThan(1);

        foreach (var path in (string[])["../secret.json", "/etc/passwd.json", "a/.hidden.json", "a.txt", "x//y.json"])
        {
            using var wrong = await world.SendAsync(
                "admin",
                HttpMethod.Post,
                "policies/simulate",
                new { files = new Dictionary<string, string?> { [path] = "{}" } }
            );
            await wrong.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "path_malformed");
        }
    }

    private static JsonElement Grant(JsonElement simulated, string id) =>
        simulated.GetProperty("grants").EnumerateArray().Single(grant => grant.GetProperty("id").GetString() == id);

    private static string Changed(string file, params string[] pairs)
    {
        var text = File.ReadAllText(Repository.PathOf("policies", file));
        for (var at = 0; at < pairs.Length; at += 2)
        {
            text.Should().Contain(pairs[at]);
            text = text.Replace(pairs[at], pairs[at + 1], StringComparison.Ordinal);
        }

        return text;
    }
}

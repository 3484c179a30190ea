using System.Net;
using Governance.Masking;
using Governance.Policies.Views;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Tests.Features.Access;

/// <summary>What is granted and what stands in the warehouse come together again, whatever happened to either.</summary>
public sealed class ReconcilerTests
{
    // The worker looks when a test says so.
    private static readonly string[] s_quiet =
    [
        "--Governance:Access:ReconcileInterval=1.00:00:00",
        "--Governance:Access:PollInterval=01:00:00",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_AtDrift_RepairsItAndSaysSo()
    {
        await using var world = await AccessWorld.StartAsync(s_quiet);
        var id = await world.GrantAsync("addresses", "billing", columns: ["country"]);
        var view = await world.ViewAsync(id);
        var dataset = world.Dataset("addresses");
        var stood = (await world.Warehouse.FindViewAsync(view, Cancelled))!;

        await world.Warehouse.RevokeViewAsync(view, Cancelled);
        await RepairedAsync(world, id, "view_missing");

        await world.Warehouse.IssueViewAsync(
            new ViewDefinition(view, dataset, ["country", "city"], RowCondition.Everything, [.. stood.Readers]),
            Cancelled
        );
        await RepairedAsync(world, id, "view_changed");

        // Somebody lets a colleague in.
        var rule = (await world.Warehouse.ReadRowRulesAsync(dataset, Cancelled)).Single();
        await world.Warehouse.PutRowRuleAsync(
            new RowRule(rule.Name, dataset, RowCondition.Everything, [.. rule.Members, "user:colleague@example.com"]),
            Cancelled
        );
        await RepairedAsync(world, id, "row_rule_changed");
        (await world.Warehouse.ReadRowRulesAsync(dataset, Cancelled)).Single().Should().BeEquivalentTo(rule);

        await world.Warehouse.RemoveRowRuleAsync(dataset, rule.Name, Cancelled);
        await RepairedAsync(world, id, "row_rule_missing");
        (await world.QueryAsync("SELECT country FROM addresses")).GetProperty("rowCount").GetInt64().Should().Be(4);

        // Nothing to repair is nothing to tell.
        var told = (await world.LedgerAsync($"grant/{id}")).Length;
        await world.Worker.LookAsync(Cancelled);
        (await world.LedgerAsync($"grant/{id}")).Should().HaveCount(told);
    }

    [Fact]
    public async Task Look_AtWhatNobodyGranted_TellsItOnceAndWhenItIsGone()
    {
        await using var world = await AccessWorld.StartAsync(s_quiet);
        var dataset = world.Dataset("addresses");
        await world.Warehouse.IssueViewAsync(
            new ViewDefinition(
                "left_over",
                dataset,
                ["country"],
                RowCondition.Everything,
                ["user:somebody@example.com"]
            ),
            Cancelled
        );
        await world.Warehouse.PutRowRuleAsync(
            new RowRule("by_hand", dataset, RowCondition.Everything, ["user:somebody@example.com"]),
            Cancelled
        );

        await world.Worker.LookAsync(Cancelled);
        await world.Worker.LookAsync(Cancelled);

        var findings = (await world.GetAsync("auditor", "grant-findings")).GetProperty("findings");
        findings
            .EnumerateArray()
            .Select(finding => $"{finding.GetProperty("kind").GetString()} {finding.GetProperty("name").GetString()}")
            .Should()
            .BeEquivalentTo("view left_over", "row_rule by_hand");
        (await world.LedgerAsync("view/left_over")).Should().ContainSingle();
        world.Host.Logs.Should().Contain(line => line.Contains("left_over"));

        await world.Warehouse.RevokeViewAsync("left_over", Cancelled);
        await world.Worker.LookAsync(Cancelled);
        (await world.LedgerAsync("view/left_over")).Should().HaveCount(2);
        (await world.GetAsync("auditor", "grant-findings"))
            .GetProperty("findings")
            .EnumerateArray()
            .Last()
            .GetProperty("name")
            .GetString()
            .Should()
            .Be("left_over", "what is gone comes last");
    }

    [Fact]
    public async Task Look_AtTheViewOfAnEndedGrant_TakesItAwayAgain()
    {
        await using var world = await AccessWorld.StartAsync(s_quiet);
        var id = await world.GrantAsync("addresses", "billing");
        var view = await world.ViewAsync(id);
        await world.CallAsync("analyst", HttpMethod.Delete, $"grants/{id}");
        await world.Warehouse.IssueViewAsync(
            new ViewDefinition(
                view,
                world.Dataset("addresses"),
                ["country"],
                RowCondition.Everything,
                ["user:a@b.example"]
            ),
            Cancelled
        );

        await world.Worker.LookAsync(Cancelled);

        (await world.Warehouse.FindViewAsync(view, Cancelled)).Should().BeNull();
        (await world.LedgerAsync($"grant/{id}"))[^1].GetRawText().Should().Contain("view_returned");
    }

    [Fact]
    public async Task Policies_Changed_MoveTheRowsTakeColumnsAndEndWhatTheyForbid()
    {
        using var policies = AddedEndpoints.CopyPolicies();
        await using var world = await AccessWorld.StartAsync([
            .. s_quiet,
            $"--Governance:Policies:Folder={policies.Path}",
        ]);
        var rows = await world.GrantAsync("addresses", "billing", columns: ["country", "city"]);
        var ends = await world.GrantAsync("meter_readings", "settlement");
        var readings = await world.ViewAsync(ends);

        // The team looks after Scotland alone now; billing covers no city; settlement has lost its legal basis.
        Change(policies, "teams/data.json", "\"regions\": [\"ENGLAND\", \"WALES\"]", "\"regions\": [\"SCOTLAND\"]");
        Change(
            policies,
            "purposes/data.json",
            "GDPR Art. 6(1)(c): the Balancing and Settlement Code obliges suppliers",
            ""
        );
        Reload(world);
        await world.Worker.RunDueAsync(Cancelled);

        var grant = await world.GrantOfAsync(rows);
        grant.GetProperty("state").GetString().Should().Be("verified");
        grant.GetProperty("rows").GetProperty("words").GetString().Should().Be("country is 'SCOTLAND'");
        (await world.QueryAsync("SELECT country FROM addresses")).GetProperty("rowCount").GetInt64().Should().Be(2);
        (await world.StateAsync(ends)).Should().Be("revoked");
        (await world.GrantOfAsync(ends))
            .GetProperty("ended")
            .GetProperty("reason")
            .GetString()
            .Should()
            .Contain("no legal basis");
        (await world.Warehouse.FindViewAsync(readings, Cancelled)).Should().BeNull();

        // The old way again: no grant comes back, and none gets more than it was given.
        Change(
            policies,
            "purposes/data.json",
            "\"user.contact\",\n      \"user.device\",\n      \"user.financial\",\n      \"user.name\",\n      \"user.settings\"",
            "\"user.device\",\n      \"user.financial\",\n      \"user.name\",\n      \"user.settings\""
        );
        Reload(world);
        await world.Worker.RunDueAsync(Cancelled);
        (await world.GrantOfAsync(rows))
            .GetProperty("columns")
            .EnumerateArray()
            .Select(column => column.GetProperty("name").GetString())
            .Should()
            .Equal("country");
        (await world.GetAsync("analyst", $"grants/{rows}/explain")).GetRawText().Should().Contain("has lost it since");
    }

    [Fact]
    public async Task Policies_ThatGiveNoAnswer_LeaveWhatStands()
    {
        using var policies = AddedEndpoints.CopyPolicies();
        await using var world = await AccessWorld.StartAsync([
            .. s_quiet,
            $"--Governance:Policies:Folder={policies.Path}",
        ]);
        var id = await world.GrantAsync();

        // Sound, and without an answer for this dataset.
        Change(policies, "access/access.rego", "decision := {", "decision := {\n\t\"none\": input.dataset.nosuch,");
        Reload(world);
        await world.Worker.RunDueAsync(Cancelled);

        (await world.StateAsync(id)).Should().Be("verified");
        world.Host.Logs.Should().Contain(line => line.Contains("give no answer about 1 grants"));
        using var ask = await world.SendAsync(
            "analyst",
            HttpMethod.Post,
            "access-requests",
            new
            {
                dataset = "meters",
                purpose = "settlement",
                duration = "1h",
            }
        );
        (await ask.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "access_denied"))
            .FaultCodes()
            .Should()
            .Equal("policy_undefined");
    }

    [Theory]
    [InlineData("grants.revoked")]
    [InlineData("grants.ruled")]
    [InlineData("grants.issued")]
    public async Task Killed_AnywhereOnTheWay_GoesOnAndDoesNothingTwice(string point)
    {
        var faults = new StoppingFaultPoints();
        await using var world = await AccessWorld.StartAsync(
            s_quiet,
            builder => builder.Services.Replace(ServiceDescriptor.Singleton<IFaultPoints>(faults))
        );
        var ended = await world.GrantAsync("addresses", "billing");
        var endedView = await world.ViewAsync(ended);
        foreach (
            var (method, path, body) in new (HttpMethod, string, object?)[]
            {
                (
                    HttpMethod.Post,
                    "access-requests",
                    new
                    {
                        dataset = "addresses",
                        purpose = "support",
                        duration = "1h",
                    }
                ),
                (HttpMethod.Delete, $"grants/{ended}", null),
            }
        )
        {
            faults.Stop(point);
            // Whoever comes first stops: the call, or the worker that it wakes.
            using var stopped = await world.SendAsync("analyst", method, path, body);
            faults.StopAt.Should().BeNull("it was reached");
        }

        await world.Worker.RunDueAsync(Cancelled);

        (await world.StateAsync(ended)).Should().Be("revoked");
        (await world.Warehouse.FindViewAsync(endedView, Cancelled)).Should().BeNull();
        var open = (await world.GetAsync("analyst", "grants?state=verified"))
            .GetProperty("grants")
            .EnumerateArray()
            .ToArray();
        open.Should().ContainSingle().Which.GetProperty("purpose").GetString().Should().Be("support");
        (await world.Warehouse.ReadViewsAsync(Cancelled)).Should().ContainSingle();
        (await world.Warehouse.ReadRowRulesAsync(world.Dataset("addresses"), Cancelled)).Should().ContainSingle();
    }

    private static async Task RepairedAsync(AccessWorld world, string id, string found)
    {
        await world.Worker.LookAsync(Cancelled);
        (await world.StateAsync(id)).Should().Be("verified");
        var entry = (await world.LedgerAsync($"grant/{id}"))
            .OrderBy(one => one.GetProperty("sequence").GetInt64())
            .Last(one => one.GetProperty("action").GetString() == "grant.drift");
        entry.GetProperty("details").GetProperty("found").GetString().Should().Contain(found);
        entry.GetProperty("details").GetProperty("repaired").GetBoolean().Should().BeTrue();
    }

    private static void Change(TemporaryFolder policies, string file, string from, string to)
    {
        var path = policies.File(file);
        var text = File.ReadAllText(path);
        text.Should().Contain(from);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static void Reload(AccessWorld world) =>
        world
            .Host.Services.GetRequiredService<Governance.Policies.Decisions.PolicyStore>()
            .Reload()
            .Faults.Should()
            .BeEmpty();
}

using System.Diagnostics;
using Governance.Policies.Decisions;
using Governance.Policies.Opa;
using Governance.Policies.Rego;
using Governance.Policies.Views;
using Governance.Tests.Decisions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Opa;

public sealed class OpaDecisionPointTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2027, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Now);
    private readonly List<OpaDecisionPoint> _points = [];
    private OpaStandIn _opa = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _opa = await OpaStandIn.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _points.ForEach(point => point.Dispose());
        await _opa.DisposeAsync();
    }

    [Fact]
    public async Task Decisions_OfTheServer_AreThoseOfTheEvaluator()
    {
        var embedded = new EmbeddedDecisionPoint(
            new FixedPolicies(DemoCatalog.Policies),
            new EvaluationLimits(),
            _time
        );
        var server = Point();
        foreach (var dataset in DemoCatalog.Datasets)
        {
            foreach (var purpose in new[] { "settlement", "billing", "marketing", "nonsense" })
            {
                var question = DemoCatalog.Ask(dataset.Name, purpose);
                (await server.DecideAccessAsync(question, Cancellation))
                    .Should()
                    .BeEquivalentTo(await embedded.DecideAccessAsync(question, Cancellation));
            }
        }

        var call = new EndpointQuestion(DemoCatalog.Analyst, "GET", "/datasets/x", "/datasets/{name}");
        (await server.MayCallAsync(call, Cancellation)).Should().Be(await embedded.MayCallAsync(call, Cancellation));
        (await server.MayCallAsync(call with { Method = "DELETE" }, Cancellation)).Allowed.Should().BeFalse();

        var approval = new ApprovalQuestion(
            new PolicySubject("5a000000-0000-4000-8000-000000000003", ["owner"], []),
            ApprovalAct.Approve,
            new PendingRequest("a", "meters", "metering", "marketing", [], 1)
        );
        (await server.MayApproveAsync(approval, Cancellation))
            .Should()
            .BeEquivalentTo(await embedded.MayApproveAsync(approval, Cancellation));
    }

    [Fact]
    public async Task Question_Sent_IsInTheShapeOfTheMiddleware()
    {
        await Point()
            .MayCallAsync(
                new EndpointQuestion(DemoCatalog.Analyst, "GET", "/datasets/x", "/datasets/{name}")
                {
                    Host = "h",
                    Ip = "127.0.0.1",
                    Port = 7,
                },
                Cancellation
            );

        var asked = _opa.Requests.Single();
        asked.Target.Should().Be("/v1/data/api/answer?provenance=true");
        asked
            .Body.Should()
            .Be(
                """{"input":{"action":{"name":"GET"},"context":{"data":{"route":"/datasets/{name}"},"host":"h","ip":"127.0.0.1","port":7,"type":"http"},"resource":{"id":"/datasets/x","type":"endpoint"},"subject":{"claims":{"groups":[],"roles":["analyst"]},"id":"5a000000-0000-4000-8000-000000000002","type":"user"}}}"""
            );
        asked.Authorization.Should().BeEmpty();
    }

    [Fact]
    public async Task Question_Sent_CarriesTheServersTokenAndNoWordOfTheJustification()
    {
        await Point(options => options.Token = "server-token")
            .DecideAccessAsync(
                DemoCatalog.Ask("addresses", "emergency") with
                {
                    IsBreakGlass = true,
                    Justification = "Mrs Miller smells gas in her kitchen",
                },
                Cancellation
            );

        _opa.Requests.Single().Authorization.Should().Be("Bearer server-token");
        _opa.Requests.Single().Body.Should().NotContain("Miller").And.Contain("\"justification_words\":7");
    }

    [Theory]
    [InlineData("""{"decision_id":"x"}""", 200, DecisionReason.Undefined)]
    [InlineData("""{"result":{}}""", 200, DecisionReason.Failed)]
    [InlineData("""{"result":null}""", 200, DecisionReason.Failed)]
    [InlineData("""{"result":{"outcome":"allow"}}""", 200, DecisionReason.Failed)]
    [InlineData("<html>", 200, DecisionReason.Unavailable)]
    [InlineData("", 200, DecisionReason.Unavailable)]
    [InlineData("""{"code":"invalid_parameter"}""", 400, DecisionReason.Failed)]
    [InlineData("""{"code":"unauthorized"}""", 401, DecisionReason.Unavailable)]
    [InlineData("""{"result":{"outcome":"allow"}}""", 500, DecisionReason.Unavailable)]
    [InlineData("""{"result":{"outcome":"allow"}}""", 302, DecisionReason.Unavailable)]
    public async Task Answer_ThatIsNone_IsADenial(string body, int status, string code)
    {
        _opa.Instead = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return OpaStandIn.WriteAsync(context, body, status);
        };
        var point = Point();

        var access = await point.DecideAccessAsync(DemoCatalog.Ask("meters", "settlement"), Cancellation);

        access.Outcome.Should().Be(AccessOutcome.Deny);
        access.Columns.Should().BeEmpty();
        access.Reasons.Single().Code.Should().Be(code);
        _opa.Requests.Should().ContainSingle("a redirect is not followed");
    }

    [Fact]
    public async Task Answer_TooLarge_IsADenial()
    {
        _opa.Instead = context => context.Response.WriteAsync(new string(' ', 5 * 1024 * 1024));

        (await Point().MayCallAsync(Call, Cancellation)).IsForWantOfAnAnswer.Should().BeTrue();
    }

    [Fact]
    public async Task Server_ThatIsSlow_IsADenialInTime()
    {
        _opa.Instead = context => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
        var point = new OpaDecisionPoint(
            new OpaOptions { Url = _opa.Url, Timeout = TimeSpan.FromMilliseconds(200) },
            new FixedPolicies(DemoCatalog.Policies),
            TimeProvider.System
        );
        _points.Add(point);
        var watch = Stopwatch.StartNew();

        var decision = await point.MayCallAsync(Call, Cancellation);

        decision.Allowed.Should().BeFalse();
        decision.ReasonForAdmin.Should().Contain(DecisionReason.Unavailable).And.Contain("in time");
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Server_ThatIsAway_IsADenial()
    {
        var point = Point();
        await _opa.DisposeAsync();

        (await point.MayCallAsync(Call, Cancellation)).Allowed.Should().BeFalse();
        (await point.RowConditionAsync(Rows, Cancellation)).Condition.Should().Be(RowCondition.Nothing);
        (await point.ReadinessAsync(Cancellation)).IsReady.Should().BeFalse();
        _opa = await OpaStandIn.StartAsync();
    }

    [Fact]
    public async Task Breaker_AfterFailures_LeavesTheServerAloneAndComesBack()
    {
        _opa.Instead = context => OpaStandIn.WriteAsync(context, "{}", 503);
        var point = Point(options => options.FailuresToOpen = 4);
        for (var i = 0; i < 10; i++)
        {
            (await point.MayCallAsync(Call, Cancellation)).Allowed.Should().BeFalse();
        }

        _opa.Requests.Should().HaveCount(4);
        (await point.MayCallAsync(Call, Cancellation)).ReasonForAdmin.Should().Contain("left alone");

        _opa.Instead = null;
        (await point.MayCallAsync(Call, Cancellation)).Allowed.Should().BeFalse("it is still left alone");
        _time.Advance(TimeSpan.FromSeconds(11));
        (await point.MayCallAsync(Call, Cancellation)).Allowed.Should().BeTrue();
    }

    [Fact]
    public async Task Breaker_OfQuestionsThatAreAtFault_StaysClosed()
    {
        _opa.Instead = context => OpaStandIn.WriteAsync(context, "{}", 400);
        var point = Point(options => options.FailuresToOpen = 2);
        for (var i = 0; i < 10; i++)
        {
            await point.MayCallAsync(Call, Cancellation);
        }

        _opa.Requests.Should().HaveCount(10);
    }

    [Fact]
    public async Task Question_BrokenOffByTheCaller_IsNoDecision()
    {
        _opa.Instead = context => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var point = Point();

        var ask = async () => await point.MayCallAsync(Call, cancellation.Token);

        await ask.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task RowCondition_Asked_IsACompilationOfTheUnknownRow()
    {
        _opa.Condition =
            """{"result":{"query":{"type":"field","operator":"in","field":"addresses.country","value":["ENGLAND","WALES"]}}}""";

        var decision = await Point().RowConditionAsync(Rows, Cancellation);

        decision
            .Condition.Should()
            .Be(new Membership("country", [new TextConstant("ENGLAND"), new TextConstant("WALES")]));
        decision.Policy.Should().Be(DemoCatalog.Policies.Stamp);
        var asked = _opa.Requests.Single(one => one.Target.StartsWith("/v1/compile", StringComparison.Ordinal));
        asked.Target.Should().Be("/v1/compile/rows/allow");
        asked.Accept.Should().Be("application/vnd.opa.ucast.all+json");
        asked.Body.Should().EndWith(""","unknowns":["input.addresses"]}""");
    }

    [Fact]
    public async Task RowCondition_WhilePoliciesChange_IsNothing()
    {
        _opa.Condition = """{"result":{"query":{}}}""";
        var asked = 0;
        _opa.Instead = context =>
        {
            asked++;
            return OpaStandIn.WriteAsync(
                context,
                asked == 2
                    ? _opa.Condition
                    : """{"provenance":{"bundles":{"b":{"revision":"r#"}}},"result":"1"}""".Replace(
                        "#",
                        asked.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        StringComparison.Ordinal
                    )
            );
        };

        var decision = await Point().RowConditionAsync(Rows, Cancellation);

        decision.Condition.Should().Be(RowCondition.Nothing);
        decision.Reasons.Single().Code.Should().Be(DecisionReason.Unavailable);
    }

    [Fact]
    public async Task Stamp_OfAServerWithOtherPolicies_IsTheirRevision()
    {
        _opa.Revision = "another-revision";
        (await Point().DecideAccessAsync(DemoCatalog.Ask("meters", "settlement"), Cancellation))
            .Policy.Should()
            .Be(new PolicyStamp("another-revi", "another-revision"));

        _opa.Revision = null;
        (await Point().DecideAccessAsync(DemoCatalog.Ask("meters", "settlement"), Cancellation))
            .Policy.Hash.Should()
            .BeEmpty();
    }

    [Fact]
    public async Task Readiness_OfAServerWithoutItsBundle_IsNo()
    {
        (await Point().ReadinessAsync(Cancellation))
            .Should()
            .BeEquivalentTo(new { IsReady = true, IsDegraded = false });
        _opa.Requests[0].Target.Should().Be("/health?bundles");

        _opa.Instead = context => OpaStandIn.WriteAsync(context, """{"error":"not all bundles are activated"}""", 500);
        (await Point().ReadinessAsync(Cancellation)).IsReady.Should().BeFalse();
    }

    private static EndpointQuestion Call { get; } = new(DemoCatalog.Analyst, "GET", "/datasets", "/datasets");

    private static RowQuestion Rows { get; } =
        new(DemoCatalog.Analyst, DemoCatalog.Dataset("addresses"), "billing", "data.rows.allow");

    private OpaDecisionPoint Point(Action<OpaOptions>? adjust = null)
    {
        var options = new OpaOptions { Url = _opa.Url };
        adjust?.Invoke(options);
        var point = new OpaDecisionPoint(options, new FixedPolicies(DemoCatalog.Policies), _time);
        _points.Add(point);
        return point;
    }
}

using System.Text.Json;
using Governance.Api.Features.Recipients;
using Governance.Api.Features.Recipients.Acknowledge;
using Governance.Api.Features.Recipients.Outbox;
using Governance.Api.Features.Recipients.Webhooks;
using Governance.Api.Storage;
using Governance.Tests.Features.SubjectRequests.Erasure;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Governance.Tests.Features.Recipients;

public sealed class WebhookTests
{
    [Fact]
    public void Sign_ThePublishedVector_IsThePublishedSignature()
    {
        var key = new WebhookRecipient { Secret = RecipientWorld.Secret }.Key()!;

        // From the specification's own libraries: the same id, time and body in every one of them.
        WebhookSignature
            .Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}""")
            .Should()
            .Be("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public async Task Erasure_WithARecipientThatFailsAndAProcessThatDies_IsToldUntilItIsReceived()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var world = await RecipientWorld.CreateAsync(RecipientWorld.Webhook(receiver.Url));
        await EnergyPeople.LandAsync(world);
        var surrogates = await SurrogatesAsync(world);
        receiver.Answer(503, 302);

        var ended = await world.EraseAsync(("email", EnergyPeople.OldEmail));

        // It has ended; that somebody is still to be told does not hold up the person's answer.
        ended.State.Should().Be("completed_with_retention");
        ended.Pause!.State.Should().Be("awaiting_recipient");
        ended.Pause.Causes.Should().Equal("mailing-house");
        ended.Recipients.Single().State.Should().Be("pending");

        await world.SendAsync();
        (await world.GetAsync(ended.Id)).Recipients.Single().Code.Should().Be("http_503");
        await world.SendAsync();
        receiver.Calls.Should().HaveCount(1, "it is left alone for a while");
        world.Time.Advance(TimeSpan.FromSeconds(6));
        await world.SendAsync();
        (await world.GetAsync(ended.Id)).Recipients.Single().Code.Should().Be("http_302");
        world.Time.Advance(TimeSpan.FromSeconds(11));
        world.Points.Stop(NoticeWorker.Sent);
        await world.Invoking(RecipientWorld.SendAsync).Should().ThrowAsync<StoppedException>();
        await world.RestartAsync();
        await world.SendAsync();

        var request = await world.GetAsync(ended.Id);
        request.Pause.Should().BeNull();
        var told = request.Recipients.Single();
        (told.State, told.Attempts, told.Code, told.NextAt).Should().Be(("delivered", 3, null, null));
        told.At.Should().Be(world.Time.GetUtcNow());

        // A fourth call: the third was received, and the process died before it could write that down.
        receiver.Calls.Should().HaveCount(4).And.OnlyContain(call => call.Method == "POST" && call.Path == "/hooks");
        receiver.Calls.Select(call => call.Headers["webhook-id"]).Distinct().Should().Equal($"{told.Notification}");
        receiver.Calls.Select(call => call.Body).Distinct().Should().ContainSingle();
        var data = JsonDocument.Parse(receiver.Calls.First().Body).RootElement;
        data.GetProperty("type").GetString().Should().Be("subject_request.erased");
        data = data.GetProperty("data");
        data.GetProperty("request").GetGuid().Should().Be(ended.Id);
        data.GetProperty("state").GetString().Should().Be("completed_with_retention");
        data.GetProperty("identifiers")
            .EnumerateArray()
            .Select(one => (one.GetProperty("domain").GetString(), one.GetProperty("surrogate").GetGuid()))
            .Should()
            .BeEquivalentTo(surrogates, "these and no one else's");
        await VerifyAsync(receiver);
        (await world.LedgerAsync())
            .Should()
            .ContainSingle(entry => entry.Payload.Contains("\"recipient.delivered\"", StringComparison.Ordinal));
        (await world.Get<IStateStore>().ReadAsync(db => db.Set<Notice>().SingleAsync(), default))
            .Body.Should()
            .BeNull("what was received is kept no longer");
        world
            .StateBytes()
            .SelectMany(file => ByteSearch.Find(["C-ANN", EnergyPeople.OldEmail], "state", file))
            .Should()
            .BeEmpty();
    }

    [Fact]
    public async Task Notice_ThatIsGivenUpOrNotAcknowledged_IsListedAndCanBeSentAnew()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var world = await RecipientWorld.CreateAsync(RecipientWorld.Webhook(receiver.Url, awaits: true));
        await EnergyPeople.LandAsync(world);
        var request = await world.EraseAsync(("customer_id", "C-CORA"));
        var acts = world.Get<NoticeActsHandler>();
        var id = request.Recipients.Single().Notification;
        receiver.Answer(410);

        await world.SendAsync();
        await ExpectAsync("failed", "http_410", open: false);
        (await acts.Handle(new RetryCommand("mailing-house", id, ErasureWorld.Dpo), default)).Failure.Should().BeNull();
        await world.SendAsync();
        await ExpectAsync("delivered", null, open: true);
        (await acts.Handle(new RetryCommand("mailing-house", id, ErasureWorld.Dpo), default))
            .Failure!.Code.Should()
            .Be("not_possible_now");
        world.Time.Advance(TimeSpan.FromDays(3));
        await world.SendAsync();
        await ExpectAsync("failed", "not_acknowledged", open: false);
        (await acts.Handle(new AcknowledgeCommand("another", id, "machine"), default))
            .Failure!.Code.Should()
            .Be("unknown_notification");
        for (var times = 0; times < 2; times++)
        {
            (await acts.Handle(new AcknowledgeCommand("mailing-house", id, "machine"), default))
                .Failure.Should()
                .BeNull();
        }

        await ExpectAsync("acknowledged", null, open: false);
        receiver.Calls.Should().HaveCount(2);
        (await world.LedgerAsync())
            .Count(entry => entry.Payload.Contains("\"recipient.", StringComparison.Ordinal))
            .Should()
            .Be(5, "failed, retried, delivered, failed, acknowledged once");

        async Task ExpectAsync(string state, string? code, bool open)
        {
            var told = (await world.GetAsync(request.Id)).Recipients.Single();
            (told.State, told.Code, told.NextAt is not null).Should().Be((state, code, open));
        }
    }

    [Fact]
    public async Task Notice_ThatNobodyReceives_IsTriedWithGrowingPausesAndThenGivenUp()
    {
        await using var world = await RecipientWorld.CreateAsync(options =>
        {
            RecipientWorld.Webhook("http://127.0.0.1:9/")(options);
            options.GiveUpAfter = TimeSpan.FromMinutes(2);
        });
        await EnergyPeople.LandAsync(world);
        var request = await world.EraseAsync(("customer_id", "C-CORA"));
        var waits = new List<double>();
        for (var told = request.Recipients.Single(); told.State == "pending"; )
        {
            await world.SendAsync();
            told = (await world.GetAsync(request.Id)).Recipients.Single();
            if (told.NextAt is { } next)
            {
                waits.Add((next - world.Time.GetUtcNow()).TotalSeconds);
                world.Time.SetUtcNow(next);
            }
            else
            {
                (told.State, told.Code).Should().Be(("failed", "unreachable"));
            }
        }

        waits.Should().Equal(5, 10, 20, 40, 45);
    }

    [Theory]
    [InlineData("http://mailing.example/hooks", RecipientWorld.Secret, "Webhooks")]
    [InlineData("https://user:pass@mailing.example/", RecipientWorld.Secret, "Webhooks")]
    [InlineData("file:///etc/passwd", RecipientWorld.Secret, "Webhooks")]
    [InlineData("https://mailing.example/hooks", "whsec_c2hvcnQ=", "Webhooks")]
    [InlineData("https://mailing.example/hooks", "plain", "Webhooks")]
    [InlineData("https://mailing.example/hooks", RecipientWorld.Secret, null)]
    public void Options_OfAWebhook_AreCheckedWithoutShowingTheSecret(string url, string secret, string? member)
    {
        var options = new RecipientsOptions();
        options.Webhooks.Add(
            new WebhookRecipient
            {
                Name = "one",
                Url = url,
                Secret = secret,
            }
        );

        var faults = options.Validate(new(options)).ToArray();

        faults.SelectMany(fault => fault.MemberNames).Should().Equal(member is null ? [] : [member]);
        faults.Should().OnlyContain(fault => !fault.ErrorMessage!.Contains(secret) || secret == "plain");
    }

    private static async Task<(string?, Guid)[]> SurrogatesAsync(ErasureWorld world)
    {
        (string Domain, string Value)[] own =
        [
            ("customer_id", "C-ANN"),
            ("email", EnergyPeople.OldEmail),
            ("email", EnergyPeople.NewEmail),
            ("account_number", "A-100"),
            ("mpan", "2000000000001"),
        ];
        var found = await world.Identifiers.FindAsync(
            [.. own.Select(one => world.Key(one.Domain, one.Value))],
            default
        );
        return [.. found.Select(one => ((string?)one.Key.Domain, one.Value.Surrogate))];
    }

    private static async Task VerifyAsync(WebhookReceiver receiver)
    {
        var input = new
        {
            secret = RecipientWorld.Secret,
            calls = receiver.Calls.Select(call => new
            {
                id = call.Headers["webhook-id"],
                timestamp = call.Headers["webhook-timestamp"],
                signature = call.Headers["webhook-signature"],
                body = call.Body,
            }),
        };
        var output = await NodeTool.RunAsync("verify-webhook.mjs", JsonSerializer.Serialize(input));
        var verdicts = JsonDocument.Parse(output).RootElement.EnumerateArray().ToArray();
        verdicts.Should().HaveCount(4);
        verdicts.Should().OnlyContain(one => one.GetProperty("genuine").GetBoolean());
        verdicts.Should().OnlyContain(one => !one.GetProperty("altered").GetBoolean());
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using Governance.Masking;
using Governance.Tests.Support;

namespace Governance.Tests.Features.OpenDsr;

/// <summary>The protocol as a controller speaks it, against the real service; signatures are checked by Node.js.</summary>
public sealed class OpenDsrTests
{
    private const string Email = "marker.dsr@example.org";

    [Fact]
    public async Task Request_FromDiscoveryToCompletion_IsSignedThroughoutAndToldByCallbacks()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await SandboxHost.StartAsync([
            .. IssuedCertificate.Settings(IssuedCertificate.Write(folder)),
            "--Governance:Recipients:FirstPause=00:00:00.05",
            "--Governance:Recipients:PollInterval=00:00:00.1",
        ]);
        using var controller = await host.ClientFor("pipeline");
        var signed = new List<(string Body, string Signature)>();
        receiver.Answer(500);

        var discovery = await ReadAsync(await host.Client.GetAsync("v2/discovery"), HttpStatusCode.OK, signed);
        discovery.GetProperty("api_version").GetString().Should().Be("2.0");
        discovery
            .GetProperty("supported_identities")
            .EnumerateArray()
            .Select(one => one.GetRawText())
            .Should()
            .Equal(
                """{"identity_type":"controller_customer_id","identity_format":"raw"}""",
                """{"identity_type":"email","identity_format":"raw"}"""
            );
        discovery
            .GetProperty("processor_certificate")
            .GetString()
            .Should()
            .Be($"https://{IssuedCertificate.Domain}/v2/certificate");
        var certificate = await host.Client.GetStringAsync("v2/certificate");

        var id = Guid.NewGuid();
        var text = Body(id, Email, receiver.Url);
        var received = await ReadAsync(await PostAsync(controller, text), HttpStatusCode.Created, signed);
        received.GetProperty("subject_request_id").GetGuid().Should().Be(id);
        Convert
            .FromBase64String(received.GetProperty("encoded_request").GetString()!)
            .Should()
            .Equal(Encoding.UTF8.GetBytes(text));
        received.GetProperty("controller_id").GetString().Should().NotBeEmpty();

        // The same request once more, as after a lost answer: it is the same, and there is one of it.
        var repeated = await ReadAsync(await PostAsync(controller, text), HttpStatusCode.Created, signed);
        repeated
            .GetProperty("received_time")
            .GetString()
            .Should()
            .Be(received.GetProperty("received_time").GetString());
        using var dpo = await host.ClientFor("dpo");
        var list = await JsonAsync(await dpo.GetAsync("subject-requests"));
        var ours = list.GetProperty("requests").EnumerateArray().Should().ContainSingle().Subject;
        (await StatusAsync(controller, id, signed)).GetProperty("request_status").GetString().Should().Be("pending");
        using (var other = await host.ClientFor("dpo"))
        {
            (await other.GetAsync($"v2/requests/{id}"))
                .StatusCode.Should()
                .Be(HttpStatusCode.NotFound, "it is another's");
        }

        var location = $"subject-requests/{ours.GetProperty("id").GetString()}";
        (await dpo.PostAsync($"{location}/verify", null)).IsSuccessStatusCode.Should().BeTrue();
        (await dpo.PostAsync($"{location}/approve", null)).IsSuccessStatusCode.Should().BeTrue();
        JsonElement status = default;
        await Wait.UntilAsync(
            async () =>
            {
                status = await StatusAsync(controller, id, signed);
                return status.GetProperty("request_status").GetString() == "completed"
                    && receiver.Calls.Any(call => call.Body.Contains("\"completed\"", StringComparison.Ordinal));
            },
            () => $"completed: {status}"
        );
        status.GetProperty("receipt").GetString()!.Split('.').Should().HaveCount(3);

        // Failed once, sent again; and never in the wrong order.
        var told = receiver.Calls.Select(call => JsonDocument.Parse(call.Body).RootElement).ToArray();
        told.Select(one => one.GetProperty("request_status").GetString()).Should().EndWith("completed");
        told.Should().OnlyContain(one => one.GetProperty("status_callback_url").GetString() == receiver.Url);
        signed.AddRange(receiver.Calls.Select(call => (call.Body, call.Headers["X-OpenDSR-Signature"])));
        receiver
            .Calls.Should()
            .OnlyContain(call => call.Headers["X-OpenDSR-Processor-Domain"] == IssuedCertificate.Domain);

        using var late = await controller.DeleteAsync($"v2/requests/{id}");
        late.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await JsonAsync(late)).GetProperty("error").GetProperty("code").GetInt32().Should().Be(400);
        await VerifyAsync(certificate, signed);
        string.Concat(host.Logs).Should().NotContain("marker.dsr");
        receiver.Calls.Should().OnlyContain(call => !call.Body.Contains("marker.dsr"));
    }

    [Fact]
    public async Task Request_WithFaultsOrCancelled_IsAnsweredInTheProtocolsOwnForm()
    {
        using var folder = new TemporaryFolder();
        await using var host = await SandboxHost.StartAsync(
            IssuedCertificate.Settings(IssuedCertificate.Write(folder, useRsa: true))
        );
        using var controller = await host.ClientFor("pipeline");
        var signed = new List<(string Body, string Signature)>();
        var id = Guid.NewGuid();
        string[] bad =
        [
            "{",
            $$"""{"subject_request_id":"{{Email}}"}""",
            Body(id, Email, "https://elsewhere.example/callback"),
            Body(id, Email, "http://169.254.169.254/latest"),
            Body(id, Email, "https://user@127.0.0.1/"),
            Body(id, Email, null).Replace("\"raw\"", "\"sha256\"", StringComparison.Ordinal),
            Body(id, Email, null).Replace("\"gdpr\"", $"\"{Email}\"", StringComparison.Ordinal),
            Body(id, Email, null).Replace("\"erasure\"", $"\"{Email}\"", StringComparison.Ordinal),
            Body(id, Email, null).Replace("\"email\"", $"\"{Email}\"", StringComparison.Ordinal),
            Body(id, "", null),
        ];
        foreach (var text in bad)
        {
            using var answer = await PostAsync(controller, text);
            answer.StatusCode.Should().Be(HttpStatusCode.BadRequest, text);
            var error = await answer.Content.ReadAsStringAsync();
            error.Should().NotContain("marker.dsr");
            JsonDocument
                .Parse(error)
                .RootElement.GetProperty("error")
                .GetProperty("errors")
                .GetArrayLength()
                .Should()
                .BePositive();
        }

        (await controller.GetAsync($"v2/requests/{id}")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await controller.DeleteAsync($"v2/requests/{id}")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        await ReadAsync(await PostAsync(controller, Body(id, Email, null)), HttpStatusCode.Created, signed);
        for (var times = 0; times < 2; times++)
        {
            await ReadAsync(await controller.DeleteAsync($"v2/requests/{id}"), HttpStatusCode.Accepted, signed);
        }

        (await StatusAsync(controller, id, signed)).GetProperty("request_status").GetString().Should().Be("cancelled");
        await VerifyAsync(await host.Client.GetStringAsync("v2/certificate"), signed);
    }

    [Fact]
    public async Task Start_WithASelfSignedCertificate_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var start = () =>
            SandboxHost.StartAsync(IssuedCertificate.Settings(IssuedCertificate.Write(folder, selfSigned: true)));

        (await start.Should().ThrowAsync<StartupException>()).WithMessage("*signed by itself*");
    }

    [Fact]
    public async Task Discovery_WhereNoDomainIsNamed_SaysThatTheProtocolIsNotOffered()
    {
        await using var host = await SandboxHost.StartAsync();

        (await host.Client.GetAsync("v2/discovery")).StatusCode.Should().Be(HttpStatusCode.NotImplemented);
    }

    private static string Body(Guid id, string email, string? callback)
    {
        var callbacks = callback is null ? "[]" : $"[\"{callback}\"]";
        return $$"""
            {"regulation":"gdpr","subject_request_id":"{{id}}","subject_request_type":"erasure","submitted_time":"2026-03-02T15:00:00Z",
            "subject_identities":[{"identity_type":"email","identity_value":"{{email}}","identity_format":"raw"}],"api_version":"2.0",
            "status_callback_urls":{{callbacks}},"extensions":{"other.example":{"foo":1} } }
            """;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string body) =>
        client.PostAsync("v2/requests", new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<JsonElement> StatusAsync(
        HttpClient client,
        Guid id,
        List<(string Body, string Signature)> signed
    ) => await ReadAsync(await client.GetAsync($"v2/requests/{id}"), HttpStatusCode.OK, signed);

    private static async Task<JsonElement> ReadAsync(
        HttpResponseMessage answer,
        HttpStatusCode status,
        List<(string Body, string Signature)> signed
    )
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.Should().Be(status, body);
            answer.Headers.GetValues("X-OpenDSR-Processor-Domain").Should().Equal(IssuedCertificate.Domain);
            signed.Add((body, answer.Headers.GetValues("X-OpenDSR-Signature").Single()));
            return JsonDocument.Parse(body).RootElement;
        }
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    private static async Task VerifyAsync(string certificate, List<(string Body, string Signature)> signed)
    {
        var input = new
        {
            certificate,
            host = IssuedCertificate.Domain,
            messages = signed.Select(one => new { body = one.Body, signature = one.Signature }),
        };
        var output = JsonDocument
            .Parse(await NodeTool.RunAsync("verify-opendsr.mjs", JsonSerializer.Serialize(input)))
            .RootElement;
        output.GetProperty("host").GetBoolean().Should().BeTrue();
        var messages = output.GetProperty("messages").EnumerateArray().ToArray();
        messages.Should().HaveCount(signed.Count).And.HaveCountGreaterThan(2);
        messages.Should().OnlyContain(one => one.GetProperty("genuine").GetBoolean());
        messages.Should().OnlyContain(one => !one.GetProperty("altered").GetBoolean());
    }
}

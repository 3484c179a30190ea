using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Governance.Tests.Http;

public sealed class BadRequestTests(BadRequestTests.FormsHost fixture) : IClassFixture<BadRequestTests.FormsHost>
{
    private const string Marker = "canary7f3a";
    private const string Json = "application/json";
    private readonly SandboxHost _host = fixture.Host;

    [Theory]
    [InlineData("malformed", "{\"name\": \"canary7f3a", "invalid_json")]
    [InlineData("not JSON", "canary7f3a", "invalid_json")]
    [InlineData("wrong type", "{\"name\":{\"canary7f3a\":1},\"kind\":\"big_one\"}", "$.name")]
    [InlineData(
        "wrong type in a list",
        "{\"name\":\"a\",\"kind\":\"big_one\",\"parts\":[{\"size\":1},{\"size\":\"canary7f3a\"}]}",
        "$.parts[1].size"
    )]
    [InlineData("unknown member", "{\"name\":\"a\",\"kind\":\"big_one\",\"canary7f3a@example.org\":1}", "invalid_json")]
    [InlineData("unknown word", "{\"name\":\"a\",\"kind\":\"canary7f3a\"}", "$.kind")]
    [InlineData("number for a word", "{\"name\":\"a\",\"kind\":1}", "$.kind")]
    [InlineData("missing member", "{\"name\":\"canary7f3a\"}", "invalid_json")]
    [InlineData("null for a value", "{\"name\":null,\"kind\":\"big_one\"}", "invalid_json")]
    [InlineData(
        "the same member twice",
        "{\"name\":\"a\",\"name\":\"canary7f3a\",\"kind\":\"big_one\"}",
        "invalid_json"
    )]
    [InlineData("trailing text", "{\"name\":\"a\",\"kind\":\"big_one\"} canary7f3a", "invalid_json")]
    [InlineData("a list", "[\"canary7f3a\"]", "invalid_json")]
    [InlineData("null", "null", "missing_body")]
    [InlineData("nothing", "", "missing_body")]
    public async Task Body_ThatIsWrong_IsRefusedWithThePlaceAndWithoutTheValue(string what, string body, string told)
    {
        var text = await RefusedAsync(HttpStatusCode.BadRequest, body, Json);

        text.Should().Contain(told, what);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    public async Task Body_OfAnotherContentType_IsRefused(string contentType) =>
        (await RefusedAsync(HttpStatusCode.UnsupportedMediaType, $"name={Marker}", contentType))
            .Should()
            .Contain("wrong_content_type");

    [Fact]
    public async Task Body_LargerThanTheLimit_IsRefused()
    {
        var body = $$"""{"name":"{{new string('x', 3000)}}{{Marker}}","kind":"big_one"}""";

        (await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, body, Json)).Should().Contain("body_too_large");
    }

    [Theory]
    [InlineData("things?limit=canary7f3a", "limit")]
    [InlineData("things", "limit")]
    public async Task Parameter_ThatIsWrongOrMissing_IsNamed(string path, string name)
    {
        using var response = await _host.Client.GetAsync(path);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var text = await response.Content.ReadAsStringAsync();
        text.Should().Contain($"\"path\":\"{name}\"").And.NotContain(Marker);
    }

    [Fact]
    public async Task Body_ThatIsRight_IsRead()
    {
        using var response = await _host.Client.PostAsJsonAsync("things", new { name = "a", kind = "big_one" });

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Failure_ThatNobodyExpected_IsAProblemWithoutItsMessage()
    {
        using var response = await _host.Client.GetAsync($"broken?about={Marker}");

        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().Should().Be("internal_error");
        problem.GetProperty("traceId").GetString().Should().NotBeNullOrEmpty();
        problem.GetRawText().Should().NotContain(Marker).And.NotContain("InvalidOperation");
        _host.Logs.Should().Contain(entry => entry.Contains("InvalidOperationException", StringComparison.Ordinal));
        _host.Logs.Should().NotContain(entry => entry.Contains(Marker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Address_ThatAnswersAnotherMethod_IsSaidToBeSo()
    {
        using var client = await _host.ClientFor("dpo");
        using var response = await client.DeleteAsync("things");

        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.Should().BeEquivalentTo("GET", "POST");
        (await response.Content.ReadAsStringAsync()).Should().Contain("method_not_allowed");
    }

    private async Task<string> RefusedAsync(HttpStatusCode status, string body, string contentType)
    {
        using var content = new StringContent(body, Encoding.UTF8, contentType);
        using var response = await _host.Client.PostAsync("things", content);
        var text = await response.Content.ReadAsStringAsync();

        response.StatusCode.Should().Be(status, text);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        text.Should().NotContain(Marker).And.Contain("\"next\"").And.Contain("\"traceId\"");
        _host.Logs.Should().NotContain(entry => entry.Contains(Marker, StringComparison.Ordinal));
        return text;
    }

    public enum Kind
    {
        SmallOne,
        BigOne,
    }

    public sealed record Part(int Size);

    public sealed record Thing(string Name, Kind Kind, IReadOnlyList<Part>? Parts = null);

    /// <summary>A host with endpoints that read bodies and parameters.</summary>
    public sealed class FormsHost : IAsyncLifetime
    {
        public SandboxHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Host = await SandboxHost.StartAsync(
                ["--Governance:MaxRequestBytes=2048"],
                map: endpoints =>
                {
                    endpoints.MapPost("/things", (Thing thing) => TypedResults.Ok(thing)).AllowAnonymous();
                    endpoints.MapGet("/things", (int limit) => TypedResults.Ok(limit)).AllowAnonymous();
                    endpoints
                        .MapGet(
                            "/broken",
                            string (string about) =>
                                throw new InvalidOperationException(about, new FormatException($"inner {about}"))
                        )
                        .AllowAnonymous();
                }
            );

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}

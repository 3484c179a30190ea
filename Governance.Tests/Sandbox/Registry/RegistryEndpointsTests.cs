using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Tests.Sandbox.Registry;

/// <summary>Against what Confluent publishes of its API: paths, bodies, status and error codes.</summary>
public sealed class RegistryEndpointsTests(RegistryHost host) : IClassFixture<RegistryHost>
{
    private const string V1 = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""";
    private const string V2 =
        """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}""";
    private const string NoDefault =
        """{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"c","type":"int"}]}""";
    private const string Dropped = """{"type":"record","name":"R","fields":[]}""";
    private const string Vendor = "application/vnd.schemaregistry.v1+json";

    [Fact]
    public async Task Register_ThenAsked_EveryCallKnowsIt()
    {
        var id = (await PostAsync("subjects/all-value/versions", V1)).Body["id"]!.GetValue<int>();
        (await PostAsync("subjects/all-value/versions", V2)).Status.Should().Be(HttpStatusCode.OK);

        (await GetAsync("subjects")).Body.AsArray().Select(s => s!.ToString()).Should().Contain("all-value");
        (await GetAsync("subjects/all-value/versions")).Body.ToJsonString().Should().Be("[1,2]");
        var first = (await GetAsync("subjects/all-value/versions/1")).Body;
        first["subject"]!.ToString().Should().Be("all-value");
        first["version"]!.GetValue<int>().Should().Be(1);
        first["id"]!.GetValue<int>().Should().Be(id);
        first["schema"]!.ToString().Should().Be(V1);
        (await GetAsync("subjects/all-value/versions/latest")).Body["schema"]!.ToString().Should().Be(V2);
        (await GetAsync("subjects/all-value/versions/latest/schema")).Body.ToJsonString().Should().Be(V2);
        (await GetAsync($"schemas/ids/{id}")).Body["schema"]!.ToString().Should().Be(V1);
        (await GetAsync($"schemas/ids/{id}/schema")).Body.ToJsonString().Should().Be(V1);
        (await GetAsync($"schemas/ids/{id}/versions"))
            .Body.ToJsonString()
            .Should()
            .Contain("""{"subject":"all-value","version":1}""");
        var found = await PostAsync("subjects/all-value", V2);
        found.Body["version"]!.GetValue<int>().Should().Be(2);
        (await GetAsync("schemas/types")).Body.ToJsonString().Should().Be("""["AVRO"]""");
    }

    [Fact]
    public async Task Register_SameSchemaOtherwiseWritten_KeepsIdAndVersionInEverySubject()
    {
        var one = (await PostAsync("subjects/same-a/versions", V1)).Body["id"]!.GetValue<int>();
        var again = (await PostAsync("subjects/same-a/versions", V1.Replace(",", " ,\n "))).Body["id"]!.GetValue<int>();
        var elsewhere = (await PostAsync("subjects/same-b/versions", V1)).Body["id"]!.GetValue<int>();

        again.Should().Be(one);
        elsewhere.Should().Be(one);
        (await GetAsync("subjects/same-a/versions")).Body.ToJsonString().Should().Be("[1]");
    }

    [Fact]
    public async Task Register_AtOnceFromMany_OneVersionEach()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync("subjects/race/versions", V1)));

        answers.Select(a => a.Body["id"]!.GetValue<int>()).Distinct().Should().ContainSingle();
        (await GetAsync("subjects/race/versions")).Body.ToJsonString().Should().Be("[1]");
    }

    [Fact]
    public async Task Register_AfterRestart_IdsStand()
    {
        await using var own = new RegistryHost();
        await own.InitializeAsync();
        var before = await PostAsync("subjects/kept/versions", V1, own.Client);
        await own.RestartAsync();

        var id = before.Body["id"]!.GetValue<int>();
        (await GetAsync($"schemas/ids/{id}", own.Client)).Body["schema"]!.ToString().Should().Be(V1);
        (await PostAsync("subjects/kept/versions", V2, own.Client)).Body["id"]!
            .GetValue<int>()
            .Should()
            .BeGreaterThan(id);
    }

    [Theory]
    [InlineData("BACKWARD", NoDefault, false)]
    [InlineData("BACKWARD", Dropped, true)]
    [InlineData("BACKWARD", V2, true)]
    [InlineData("FORWARD", NoDefault, true)]
    [InlineData("FORWARD", Dropped, false)]
    [InlineData("FULL", V2, true)]
    [InlineData("FULL", Dropped, false)]
    [InlineData("FULL_TRANSITIVE", NoDefault, false)]
    [InlineData("NONE", "\"string\"", true)]
    public async Task Register_UnderALevel_IsTakenOr409(string level, string schema, bool taken)
    {
        var subject = $"level-{level}-{schema.Length}";
        await PostAsync($"subjects/{subject}/versions", V1);
        (await PutAsync($"config/{subject}", new { compatibility = level })).Body["compatibility"]!
            .ToString()
            .Should()
            .Be(level);

        var check = await PostAsync($"compatibility/subjects/{subject}/versions/latest", schema);
        var answer = await PostAsync($"subjects/{subject}/versions", schema);

        check.Body["is_compatible"]!.GetValue<bool>().Should().Be(taken);
        answer.Status.Should().Be(taken ? HttpStatusCode.OK : HttpStatusCode.Conflict);
        if (!taken)
        {
            answer.Body["error_code"]!.GetValue<int>().Should().Be(409);
        }
    }

    [Fact]
    public async Task Register_Transitive_LooksAtEveryOlderVersion()
    {
        // Each step is fine with the one before; the third cannot read what the first wrote.
        const string step1 = """{"type":"record","name":"R","fields":[]}""";
        const string step2 = """{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":0}]}""";
        const string step3 = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""";
        await PostAsync("subjects/steps/versions", step1);
        await PostAsync("subjects/steps/versions", step2);

        await PutAsync("config/steps", new { compatibility = "BACKWARD_TRANSITIVE" });
        var refused = await PostAsync("compatibility/subjects/steps/versions?verbose=true", step3);
        await PutAsync("config/steps", new { compatibility = "BACKWARD" });
        var taken = await PostAsync("subjects/steps/versions", step3);

        refused.Body["is_compatible"]!.GetValue<bool>().Should().BeFalse();
        refused.Body["messages"]!.AsArray().Should().NotBeEmpty();
        taken.Status.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("subjects/none/versions", 404, 40401)]
    [InlineData("subjects/none/versions/1", 404, 40401)]
    [InlineData("subjects/errors/versions/9", 404, 40402)]
    [InlineData("subjects/errors/versions/0", 422, 42202)]
    [InlineData("subjects/errors/versions/newest", 422, 42202)]
    [InlineData("schemas/ids/99999", 404, 40403)]
    [InlineData("config/none", 404, 40408)]
    [InlineData("nothing/here", 404, 404)]
    [InlineData("schemas/ids/x.y", 404, 404)]
    public async Task Get_WhatIsNotThere_ItsCode(string path, int status, int code)
    {
        await PostAsync("subjects/errors/versions", V1);

        var answer = await GetAsync(path);

        ((int)answer.Status).Should().Be(status);
        answer.Body["error_code"]!.GetValue<int>().Should().Be(code);
        answer.Body["message"]!.ToString().Should().NotBeEmpty();
    }

    [Fact]
    public async Task LookUp_UnknownSubjectOrSchema_TellsThemApart()
    {
        await PostAsync("subjects/lookup/versions", V1);

        (await PostAsync("subjects/lookup-none", V1)).Body["error_code"]!.GetValue<int>().Should().Be(40401);
        (await PostAsync("subjects/lookup", V2)).Body["error_code"]!.GetValue<int>().Should().Be(40403);
    }

    [Theory]
    [InlineData("""{"schema":"{\"type\":\"record\"}"}""", 422, 42201)]
    [InlineData("""{"schema":7}""", 422, 42201)]
    [InlineData("""{}""", 422, 42201)]
    [InlineData("""{"schema":"\"int\"","schemaType":"PROTOBUF"}""", 422, 42201)]
    [InlineData("""{"schema":"\"int\"","references":[{"name":"a","subject":"b","version":1}]}""", 422, 42201)]
    [InlineData("""[]""", 400, 400)]
    [InlineData("""{"schema""", 400, 400)]
    [InlineData("", 400, 400)]
    public async Task Register_BadBody_IsSaidAndNothingStands(string body, int status, int code)
    {
        using var content = new StringContent(body, Encoding.UTF8, Vendor);
        using var response = await host.Client.PostAsync("subjects/bad-body/versions", content);

        ((int)response.StatusCode).Should().Be(status);
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error_code"]!.GetValue<int>().Should().Be(code);
        (await GetAsync("subjects/bad-body/versions")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Config_GlobalAndSubject_SubjectWins()
    {
        await using var own = new RegistryHost();
        await own.InitializeAsync();
        (await GetAsync("config", own.Client)).Body["compatibilityLevel"]!.ToString().Should().Be("BACKWARD");
        await PutAsync("config", new { compatibility = "full" }, own.Client);
        await PutAsync("config/x", new { compatibility = "NONE" }, own.Client);

        (await GetAsync("config", own.Client)).Body["compatibilityLevel"]!.ToString().Should().Be("FULL");
        (await GetAsync("config/x", own.Client)).Body["compatibilityLevel"]!.ToString().Should().Be("NONE");
        (await GetAsync("config/y?defaultToGlobal=true", own.Client)).Body["compatibilityLevel"]!
            .ToString()
            .Should()
            .Be("FULL");
        (await PutAsync("config", new { compatibility = "SIDEWAYS" }, own.Client)).Body["error_code"]!
            .GetValue<int>()
            .Should()
            .Be(42203);
        using var gone = await own.Client.DeleteAsync("config/x");
        gone.StatusCode.Should().Be(HttpStatusCode.OK);
        (await GetAsync("config/x", own.Client)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(null, Vendor)]
    [InlineData("*/*", Vendor)]
    [InlineData("application/vnd.schemaregistry.v1+json, application/json", Vendor)]
    [InlineData("application/json", "application/json")]
    public async Task Get_AcceptedType_IsTheAnswersType(string? accept, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "subjects");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await host.Client.SendAsync(request);

        response.Content.Headers.ContentType!.ToString().Should().Be(type);
    }

    private async Task<Answer> GetAsync(string path, HttpClient? client = null) =>
        await ReadAsync(await (client ?? host.Client).GetAsync(path));

    private async Task<Answer> PostAsync(string path, string schema, HttpClient? client = null) =>
        await SendAsync(HttpMethod.Post, path, new { schema }, client);

    private async Task<Answer> PutAsync(string path, object body, HttpClient? client = null) =>
        await SendAsync(HttpMethod.Put, path, body, client);

    private async Task<Answer> SendAsync(HttpMethod method, string path, object body, HttpClient? client)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, Vendor);
        return await ReadAsync(await (client ?? host.Client).SendAsync(request));
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new Answer(response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
        }
    }

    private sealed record Answer(HttpStatusCode Status, JsonNode Body);
}

using System.Net;
using System.Text;
using Governance.Masking.Kafka;
using Governance.Tests.Sandbox.Registry;

namespace Governance.Tests.Kafka;

public sealed class SchemaRegistryClientTests(RegistryHost host) : IClassFixture<RegistryHost>
{
    private const string Schema = """{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}""";

    [Fact]
    public async Task FourCalls_AgainstARegistryUnderAPath_Agree()
    {
        // Without the slash at the end: the path must survive.
        var client = SchemaRegistryClient.Create(
            new SchemaRegistryOptions { Url = host.Address.ToString().TrimEnd('/') }
        );

        var id = await client.RegisterAsync("client/sl ash", Schema, default);
        var latest = await client.GetLatestAsync("client/sl ash", default);
        var found = await client.LookUpAsync("client/sl ash", Schema, default);

        latest.Should().Be(new RegisteredSchema("client/sl ash", 1, id, Schema));
        found.Should().Be(latest);
        (await client.GetSchemaAsync(id, default)).Should().Be(Schema);
        (await client.LookUpAsync("client/sl ash", "\"int\"", default)).Should().BeNull();
        (await client.LookUpAsync("other", Schema, default)).Should().BeNull();
    }

    [Fact]
    public async Task GetSchemaAsync_UnknownId_IsNotFoundAndNotTransient()
    {
        var client = SchemaRegistryClient.Create(new SchemaRegistryOptions { Url = host.Address.ToString() });

        var thrown = await FluentActions
            .Awaiting(async () => await client.GetSchemaAsync(424_242, default))
            .Should()
            .ThrowAsync<SchemaRegistryException>();

        thrown.Which.Failure.Should().Be(SchemaRegistryFailure.NotFound);
        thrown.Which.ErrorCode.Should().Be(40403);
        thrown.Which.IsTransient.Should().BeFalse();
    }

    [Fact]
    public async Task RegisterAsync_Malformed_IsRefused()
    {
        var client = SchemaRegistryClient.Create(new SchemaRegistryOptions { Url = host.Address.ToString() });

        var thrown = await FluentActions
            .Awaiting(() => client.RegisterAsync("bad", "{}", default))
            .Should()
            .ThrowAsync<SchemaRegistryException>();

        thrown.Which.Failure.Should().Be(SchemaRegistryFailure.Refused);
        thrown.Which.ErrorCode.Should().Be(42201);
    }

    [Theory]
    [InlineData(
        HttpStatusCode.ServiceUnavailable,
        """{"error_code":50003,"message":"forwarding"}""",
        SchemaRegistryFailure.Unavailable
    )]
    [InlineData(HttpStatusCode.NotFound, "<html>not a registry</html>", SchemaRegistryFailure.Unavailable)]
    [InlineData(HttpStatusCode.OK, "<html>a login page</html>", SchemaRegistryFailure.Unavailable)]
    [InlineData(HttpStatusCode.OK, """{"hello":"there"}""", SchemaRegistryFailure.Unavailable)]
    [InlineData(
        HttpStatusCode.Unauthorized,
        """{"error_code":401,"message":"Unauthorized"}""",
        SchemaRegistryFailure.Refused
    )]
    [InlineData(HttpStatusCode.OK, """{"schemaType":"JSON","schema":"{}"}""", SchemaRegistryFailure.NotFound)]
    public async Task GetSchemaAsync_OddAnswers_AreToldApart(
        HttpStatusCode status,
        string body,
        SchemaRegistryFailure failure
    )
    {
        using var stub = new Stub(_ => new HttpResponseMessage(status) { Content = new StringContent(body) });
        var client = new SchemaRegistryClient(new HttpClient(stub) { BaseAddress = new Uri("http://registry.test/x") });

        var thrown = await FluentActions
            .Awaiting(async () => await client.GetSchemaAsync(1, default))
            .Should()
            .ThrowAsync<SchemaRegistryException>();

        thrown.Which.Failure.Should().Be(failure);
    }

    [Fact]
    public async Task GetSchemaAsync_NobodyListens_IsTransient()
    {
        var client = SchemaRegistryClient.Create(new SchemaRegistryOptions { Url = "http://127.0.0.1:1/registry" });

        var thrown = await FluentActions
            .Awaiting(async () => await client.GetSchemaAsync(1, default))
            .Should()
            .ThrowAsync<SchemaRegistryException>();

        thrown.Which.IsTransient.Should().BeTrue();
    }

    [Fact]
    public async Task GetSchemaAsync_Again_AsksOnce()
    {
        var asked = 0;
        using var stub = new Stub(_ =>
        {
            asked++;
            return new HttpResponseMessage { Content = new StringContent("""{"schema":"\"int\""}""") };
        });
        var client = new SchemaRegistryClient(new HttpClient(stub) { BaseAddress = new Uri("http://registry.test") });

        await client.GetSchemaAsync(1, default);
        await client.GetSchemaAsync(1, default);

        asked.Should().Be(1);
    }

    [Fact]
    public void Create_NoAddress_SaysWhatToSet() =>
        FluentActions
            .Invoking(() => SchemaRegistryClient.Create(new SchemaRegistryOptions()))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*Governance:SchemaRegistry:Url*");

    [Fact]
    public async Task Create_WithUser_SendsBasicAuthentication()
    {
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var served = ServeAsync(listener);
        var client = SchemaRegistryClient.Create(
            new SchemaRegistryOptions
            {
                Url = $"http://127.0.0.1:{port}/base",
                Username = "reader",
                Password = "pass:word",
            }
        );

        await client.GetSchemaAsync(5, default);

        var (path, authorization) = await served;
        path.Should().Be("/base/schemas/ids/5");
        authorization.Should().Be("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("reader:pass:word")));
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private static async Task<(string? Path, string? Authorization)> ServeAsync(HttpListener listener)
    {
        var context = await listener.GetContextAsync();
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes("""{"schema":"\"int\""}"""));
        context.Response.Close();
        return (context.Request.Url?.AbsolutePath, context.Request.Headers["Authorization"]);
    }

    private sealed class Stub(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) => Task.FromResult(answer(request));
    }
}

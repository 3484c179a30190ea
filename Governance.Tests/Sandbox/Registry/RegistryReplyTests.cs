using System.Net;
using Governance.Api.Sandbox.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Sandbox.Registry;

public sealed class RegistryReplyTests
{
    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("::1", 200)]
    [InlineData("::ffff:127.0.0.1", 200)]
    [InlineData("192.0.2.7", 403)]
    [InlineData("2001:db8::7", 403)]
    public async Task GuardAsync_FromAnotherMachine_Is403(string remote, int status)
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().BuildServiceProvider(),
            Connection = { RemoteIpAddress = IPAddress.Parse(remote) },
        };

        var result = await RegistryReply.GuardAsync(
            EndpointFilterInvocationContext.Create(context),
            _ => ValueTask.FromResult<object?>(new RegistryReply("{}"))
        );
        await ((IResult)result!).ExecuteAsync(context);

        context.Response.StatusCode.Should().Be(status);
    }
}

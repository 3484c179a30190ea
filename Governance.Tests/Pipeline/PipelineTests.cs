using Governance.Api.Http;
using Governance.Api.Pipeline;
using Governance.Tests.Support;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Governance.Tests.Pipeline;

public sealed class PipelineTests
{
    [Fact]
    public async Task Send_ARequestWithFaults_AnswersAllOfThemInTheHandlersPlace()
    {
        await using var host = await StartAsync();
        using var scope = host.Services.CreateScope();

        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new Greet("", -1));

        result.IsOk.Should().BeFalse();
        result.Failure!.Kind.Should().Be(FailureKind.Invalid);
        result.Failure.Faults.Select(fault => fault.Path).Should().Equal("name", "times");
    }

    [Fact]
    public async Task Send_ARequestWithoutFaults_ReachesItsHandlerAndLogsItsNameAlone()
    {
        await using var host = await StartAsync();
        using var scope = host.Services.CreateScope();

        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new Greet("canary7f3a", 2));

        result.Value.Should().Be("canary7f3acanary7f3a");
        host.Logs.Should().Contain(entry => entry.Contains("Greet took", StringComparison.Ordinal));
        host.Logs.Should().NotContain(entry => entry.Contains("canary7f3a", StringComparison.Ordinal));
    }

    private static Task<SandboxHost> StartAsync() =>
        SandboxHost.StartAsync(adjust: builder =>
        {
            builder.Logging.AddFilter("Governance", LogLevel.Trace);
            builder.Services.AddScoped<IRequestHandler<Greet, Result<string>>, GreetHandler>();
            builder.Services.AddScoped<IRequestValidator<Greet>, GreetValidator>();
        });

    internal sealed record Greet(string Name, int Times) : IRequest<Result<string>>;

    internal sealed class GreetHandler : IRequestHandler<Greet, Result<string>>
    {
        public Task<Result<string>> Handle(Greet request, CancellationToken cancellationToken) =>
            Task.FromResult<Result<string>>(string.Concat(Enumerable.Repeat(request.Name, request.Times)));
    }

    internal sealed class GreetValidator : IRequestValidator<Greet>
    {
        public IEnumerable<Fault> Validate(Greet request)
        {
            if (request.Name.Length == 0)
            {
                yield return new Fault("name", "missing", "Write a name.");
            }

            if (request.Times < 0)
            {
                yield return new Fault("times", "out_of_range", "Write a count.");
            }
        }
    }
}

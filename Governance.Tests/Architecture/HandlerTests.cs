using Governance.Api.Pipeline;
using Governance.Tests.Support;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Architecture;

/// <summary>What the pipeline finds by reflection can be built from what the features register.</summary>
public sealed class HandlerTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    private static readonly Type[] Contracts =
    [
        typeof(IRequestHandler<,>),
        typeof(INotificationHandler<>),
        typeof(IRequestValidator<>),
    ];

    [Fact]
    public void Handlers_AllOfThem_CanBeBuilt()
    {
        using var scope = host.Services.CreateScope();
        var faults = typeof(Governance.Api.Program)
            .Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false })
            .SelectMany(type => type.GetInterfaces())
            .Where(contract => contract.IsGenericType && Contracts.Contains(contract.GetGenericTypeDefinition()))
            .Distinct()
            .Select(contract => Record.Exception(() => scope.ServiceProvider.GetRequiredService(contract))?.Message)
            .Where(message => message is not null);

        faults.Should().BeEmpty();
    }
}

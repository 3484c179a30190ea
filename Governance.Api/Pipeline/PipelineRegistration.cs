using MediatR;

namespace Governance.Api.Pipeline;

internal static class PipelineRegistration
{
    private static readonly Type[] Contracts =
    [
        typeof(IRequestHandler<,>),
        typeof(INotificationHandler<>),
        typeof(IRequestValidator<>),
    ];

    /// <summary>MediatR, by hand: every handler and validator of this assembly, and what runs around them.</summary>
    public static void AddGovernancePipeline(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<ServiceFactory>(provider => provider.GetService!);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Timing<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Validation<,>));

        foreach (var type in typeof(PipelineRegistration).Assembly.GetTypes())
        {
            if (type is not { IsClass: true, IsAbstract: false, ContainsGenericParameters: false })
            {
                continue;
            }

            foreach (var contract in type.GetInterfaces().Where(IsContract))
            {
                services.AddScoped(contract, type);
            }
        }
    }

    private static bool IsContract(Type type) =>
        type.IsGenericType && Contracts.Contains(type.GetGenericTypeDefinition());
}

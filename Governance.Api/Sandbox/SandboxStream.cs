using Governance.Api.Configuration;
using Governance.Api.Features.Health;
using Governance.Api.Sandbox.Broker;
using Governance.Api.Sandbox.Generator;
using Governance.Api.Sandbox.People;
using Governance.Api.Sandbox.Registry;
using Governance.Api.Sandbox.Rows;
using Governance.Masking.Kafka;
using Microsoft.Extensions.Options;

namespace Governance.Api.Sandbox;

/// <summary>Broker, schema registry and generator: the sandbox's own, or what the settings name.</summary>
internal static class SandboxStream
{
    public static void AddSandboxStream(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(_ => DemoSchemas.Load());
        AddBroker(services, builder.Configuration);
        AddRegistry(services, builder.Configuration);
        services.AddFeatureOptions<GeneratorOptions>(GeneratorOptions.SectionName);
        services.AddSingleton<GeneratorState>();
        services.AddSingleton<HistoryLanding>();
        services.AddSingleton<SandboxFile>();
        builder.AddWorker<GeneratorService>(ServiceRole.Stream);
        services.AddSingleton<SandboxPeople>();
    }

    /// <summary>The registry's endpoints, where it is the sandbox's own.</summary>
    public static void MapSandboxRegistry(this WebApplication app)
    {
        // Asked for, the store would open the data directory before it is known whether the service may start.
        if (app.Services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(SchemaStore)))
        {
            app.MapSchemaRegistry();
        }
    }

    /// <summary>The registry's endpoints, and those that show what the sandbox made.</summary>
    public static void MapSandboxStream(this WebApplication app)
    {
        app.MapSandboxRegistry();
        if (app.Environment.IsDevelopment())
        {
            app.MapSandboxPeople();
            app.MapReadRows();
        }
    }

    private static void AddBroker(IServiceCollection services, IConfiguration configuration)
    {
        services.AddFeatureOptions<KafkaOptions>(KafkaOptions.SectionName);
        if (configuration[$"{KafkaOptions.SectionName}:{nameof(KafkaOptions.BootstrapServers)}"] is { Length: > 0 })
        {
            services.AddSingleton<IKafkaEndpoint, ConfiguredBroker>();
        }
        else
        {
            services.AddSandboxPart(SandboxPart.Broker);
            services.AddSingleton<IKafkaEndpoint, SandboxBroker>();
        }

        services.AddSingleton<IHealthPart, BrokerHealth>();
        services.AddStartupNote<IKafkaEndpoint>("broker", kafka => kafka.BootstrapServers);
    }

    private static void AddRegistry(IServiceCollection services, IConfiguration configuration)
    {
        services.AddFeatureOptions<SchemaRegistryOptions>(SchemaRegistryOptions.SectionName);
        if (
            configuration[$"{SchemaRegistryOptions.SectionName}:{nameof(SchemaRegistryOptions.Url)}"] is
            { Length: > 0 } url
        )
        {
            services.AddSingleton<ISchemaRegistry>(provider =>
                SchemaRegistryClient.Create(provider.GetRequiredService<IOptions<SchemaRegistryOptions>>().Value)
            );
            services.AddStartupNote<ISchemaRegistry>("registry", _ => url);
        }
        else
        {
            services.AddSandboxPart(SandboxPart.Registry);
            services.AddSingleton<SchemaStore>();
            services.AddSingleton<ISchemaRegistry, SandboxSchemaRegistry>();
            services.AddStartupNote<ServiceAddress>(
                "registry",
                address => address.Base.ToString().TrimEnd('/') + RegistryEndpoints.Path
            );
        }

        services.AddSingleton<IHealthPart, RegistryHealth>();
    }
}

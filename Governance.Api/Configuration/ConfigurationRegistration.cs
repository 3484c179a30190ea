using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Api.Configuration;

internal static class ConfigurationRegistration
{
    /// <summary>Settings, the data directory, the clock, and the words at start.</summary>
    public static void AddGovernanceConfiguration(this WebApplicationBuilder builder)
    {
        builder
            .Services.AddOptions<GovernanceOptions>()
            .BindConfiguration(GovernanceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<DataDirectory>();
        builder.Services.AddSingleton<SandboxGuard>();
        builder.Services.AddSingleton<ServiceAddress>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(Terminal.Standard);
        builder.Services.AddHostedService<StartupBanner>();
        builder.Services.AddStartupNote<DataDirectory>("data", directory => directory.Root);

        var configuration = builder.Configuration;
        if (
            string.IsNullOrEmpty(configuration[WebHostDefaults.ServerUrlsKey])
            && string.IsNullOrEmpty(configuration[WebHostDefaults.HttpPortsKey])
        )
        {
            builder.WebHost.UseUrls(
                configuration[$"{GovernanceOptions.SectionName}:{nameof(GovernanceOptions.Urls)}"]
                    ?? new GovernanceOptions().Urls
            );
        }
    }

    /// <summary>
    /// Options of a feature: bound to its section, data annotations checked, all at start; a name that the class lacks is a
    /// fault, too.
    /// </summary>
    public static IServiceCollection AddFeatureOptions<TOptions>(this IServiceCollection services, string sectionName)
        where TOptions : class
    {
        services
            .AddOptions<TOptions>()
            .BindConfiguration(sectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        return services;
    }
}

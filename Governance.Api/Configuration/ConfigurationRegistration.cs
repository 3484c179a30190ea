using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

internal static class ConfigurationRegistration
{
    /// <summary>Settings, the data directory, the clock, and the words at start.</summary>
    public static void AddGovernanceConfiguration(this WebApplicationBuilder builder)
    {
        // The same in every environment. Whether all parts can be built is a test (HandlerTests); at each start it would cost time.
        builder.Host.UseDefaultServiceProvider(options =>
        {
            options.ValidateScopes = true;
            options.ValidateOnBuild = false;
        });
        builder.Services.AddSingleton<IValidateOptions<GovernanceOptions>>(
            new SettingsValidator<GovernanceOptions>(GovernanceOptions.SectionName)
        );
        builder
            .Services.AddOptions<GovernanceOptions>()
            .BindConfiguration(GovernanceOptions.SectionName)
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
        services.AddSingleton<IValidateOptions<TOptions>>(new SettingsValidator<TOptions>(sectionName));
        services
            .AddOptions<TOptions>()
            .BindConfiguration(sectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

internal static class ConfigurationRegistration
{
    /// <summary>Settings, roles, the data directory, the clock, and the words at start.</summary>
    public static void AddGovernanceConfiguration(this WebApplicationBuilder builder, string[] args)
    {
        builder.AddServiceRoles(args);

        // The same in every environment. Whether all parts can be built is a test (HandlerTests); at each start it would cost time.
        builder.Host.UseDefaultServiceProvider(options =>
        {
            options.ValidateScopes = true;
            options.ValidateOnBuild = false;
        });
        builder.Services.AddFeatureOptions<GovernanceOptions>(GovernanceOptions.SectionName);
        builder.Services.AddSingleton<UncheckedOptions<GovernanceOptions>>();
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
    /// Options of a feature: bound to its section, data annotations checked, all at start. A name that the class lacks is a fault,
    /// too; and one that cannot be read hides no other.
    /// </summary>
    public static IServiceCollection AddFeatureOptions<TOptions>(this IServiceCollection services, string sectionName)
        where TOptions : class
    {
        services.AddSingleton(new SettingsSection(sectionName, typeof(TOptions)));
        services.AddSingleton<IConfigureOptions<TOptions>>(provider => new SettingsBinding<TOptions>(
            sectionName,
            provider.GetRequiredService<IConfiguration>(),
            provider.GetServices<SettingsSection>()
        ));
        services.AddSingleton<IValidateOptions<TOptions>>(provider => new SettingsShapeValidator<TOptions>(
            sectionName,
            provider.GetRequiredService<IConfiguration>(),
            provider.GetServices<SettingsSection>()
        ));
        services.AddSingleton<IValidateOptions<TOptions>>(new SettingsValidator<TOptions>(sectionName));
        services.AddOptions<TOptions>().ValidateOnStart();
        return services;
    }
}

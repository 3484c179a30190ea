using Governance.Api.Configuration;
using Governance.Api.Storage;
using Governance.Masking.Kafka;

namespace Governance.Api.Features.Access.Follow;

internal static class FollowRegistration
{
    /// <summary>Lets people follow their grants' rows where this process lands them.</summary>
    public static void AddFollowing(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddFeatureOptions<FollowOptions>(FollowOptions.SectionName);
        services.AddSingleton<LandedBatches>();
        services.AddSingleton<GrantFeeds>();
        services.AddSingleton(
            new FollowReach(LandsHere: builder.Roles().Has(ServiceRole.Stream), LandsElsewhere: builder.UsesPostgres())
        );
        builder.AddWorker<FollowWorker>(ServiceRole.Api);
        if (builder.Roles().Has(ServiceRole.Api) && builder.Roles().Has(ServiceRole.Stream))
        {
            services.Watch();
        }
    }

    // Around whichever sink the warehouse has registered.
    private static void Watch(this IServiceCollection services)
    {
        var own = services.Last(service => service.ServiceType == typeof(IMaskedSink));
        services.Remove(own);
        services.AddSingleton<IMaskedSink>(provider => new FollowedSink(
            (IMaskedSink)own.ImplementationFactory!(provider),
            provider.GetRequiredService<LandedBatches>()
        ));
    }
}

/// <summary>Which rows can be followed here.</summary>
/// <param name="LandsHere">Whether this process lands rows.</param>
/// <param name="LandsElsewhere">Whether other processes may land some, too, since they share the state.</param>
internal sealed record FollowReach(bool LandsHere, bool LandsElsewhere);

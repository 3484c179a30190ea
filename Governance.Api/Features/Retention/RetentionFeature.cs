using Governance.Api.Configuration;
using Governance.Api.Features.Retention.ReadRetention;
using Governance.Api.Identity;
using MediatR;

namespace Governance.Api.Features.Retention;

/// <summary>Rows are kept for as long as their contract says, and no longer.</summary>
internal static class RetentionFeature
{
    public static void AddRetentionFeature(this IHostApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<RetentionOptions>(RetentionOptions.SectionName);
        builder.Services.AddSingleton<RetentionPasses>();
        builder.AddWorker<RetentionWorker>(ServiceRole.Scheduler);
    }

    public static void MapRetentionFeature(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/retention",
                async (IMediator mediator, CancellationToken cancellationToken) =>
                    (await mediator.Send(new RetentionQuery(), cancellationToken)).ToHttp()
            )
            .RequireRoles(Roles.Dpo, Roles.Auditor, Roles.Owner)
            .WithTags("Retention")
            .WithSummary("How long each dataset's rows are kept, and the last passes that took some away")
            .Produces<RetentionAnswer>();
}

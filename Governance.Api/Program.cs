using Governance.Api.Commands;
using Governance.Api.Configuration;
using Governance.Api.Features.Access;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.Datasets;
using Governance.Api.Features.Evidence;
using Governance.Api.Features.Health;
using Governance.Api.Features.Keys;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.OpenDsr;
using Governance.Api.Features.Policies;
using Governance.Api.Features.Quarantine;
using Governance.Api.Features.Query;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Recipients;
using Governance.Api.Features.Retention;
using Governance.Api.Features.Revealing;
using Governance.Api.Features.Streams;
using Governance.Api.Features.SubjectRequests;
using Governance.Api.Features.Suppression;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Api.Parts;
using Governance.Api.Pipeline;
using Governance.Api.Sandbox;
using Governance.Api.Sandbox.Faults;
using Governance.Api.Storage;
using Governance.Api.Telemetry;

namespace Governance.Api;

/// <summary>The table of contents: what the service is made of, in order.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        CommandLine.Handles(args)
            ? CommandLine.RunAsync(args, Terminal.Standard)
            : ServiceRunner.RunAsync(() => Build(args), Terminal.Standard);

    /// <summary>Builds the service. It is not yet prepared (<see cref="ServiceRunner.Prepare"/>) nor started.</summary>
    /// <param name="args">Settings, as <c>--Section:Name value</c>.</param>
    /// <param name="adjust">Replaces parts; for tests.</param>
    /// <param name="map">Adds endpoints; for tests.</param>
    internal static WebApplication Build(
        string[] args,
        Action<WebApplicationBuilder>? adjust = null,
        Action<IEndpointRouteBuilder>? map = null
    )
    {
        var builder = WebApplication.CreateBuilder(
            // Settings and demo files stand beside the program, whatever folder it is started from.
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );

        builder.AddGovernanceConfiguration(args);
        builder.AddGovernanceLogging();
        builder.AddGovernanceIdentity();
        builder.AddGovernanceHttp();
        builder.AddGovernancePipeline();
        builder.AddFaultPoints();
        builder.AddMaskingParts();
        builder.AddWarehouseParts();
        builder.AddPolicies();
        builder.AddGovernanceState();
        builder.AddSandboxStream();
        builder.AddTelemetry();

        // Features, by name.
        builder.AddAccessFeature();
        builder.AddContractsFeature();
        builder.AddDatasetsFeature();
        builder.AddEvidenceFeature();
        builder.AddHealthFeature();
        builder.AddKeysFeature();
        builder.AddLedgerFeature();
        builder.AddOpenDsrFeature();
        builder.AddPoliciesFeature();
        builder.AddQuarantineFeature();
        builder.AddQueryFeature();
        builder.AddReceiptsFeature();
        builder.AddRecipientsFeature();
        builder.AddRevealFeature();
        builder.AddStreamsFeature();
        builder.AddSubjectRequestsFeature();
        builder.AddRetentionFeature();
        builder.AddSuppressionFeature();

        adjust?.Invoke(builder);
        var app = builder.Build();

        app.UseGovernanceHttp();
        app.MapHealthFeature();
        app.MapTelemetry();
        var roles = app.Services.GetRequiredService<ServiceRoles>();
        if (roles.Has(ServiceRole.Api))
        {
            app.UseAuthentication();
            app.UseAuthorization();
            MapApi(app);
            map?.Invoke(app);
        }
        else if (roles.Has(ServiceRole.Stream))
        {
            // Its broker and its registry belong together: producers find both by sandbox.json.
            app.MapSandboxRegistry();
        }

        return app;
    }

    private static void MapApi(WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        app.MapSandboxSignIn();
        app.MapSandboxStream();

        // Features, by name.
        app.MapAccessFeature();
        app.MapContractsFeature();
        app.MapDatasetsFeature();
        app.MapEvidenceFeature();
        app.MapKeysFeature();
        app.MapLedgerFeature();
        app.MapOpenDsrFeature();
        app.MapPoliciesFeature();
        app.MapQuarantineFeature();
        app.MapQueryFeature();
        app.MapReceiptsFeature();
        app.MapRecipientsFeature();
        app.MapRevealFeature();
        app.MapStreamsFeature();
        app.MapSubjectRequestsFeature();
        app.MapRetentionFeature();
    }
}

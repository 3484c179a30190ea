using Governance.Masking.Kafka;

namespace Governance.Api.Sandbox.Registry;

/// <summary>
/// The subset of Confluent's schema registry API that clients use to write and read Avro.
/// See <see href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">its reference</see>.
/// </summary>
internal static class RegistryEndpoints
{
    public const string Path = "/registry";

    public static void MapSchemaRegistry(this IEndpointRouteBuilder app)
    {
        var registry = app.MapGroup(Path)
            .AllowAnonymous()
            .ExcludeFromDescription()
            .AddEndpointFilter(RegistryReply.GuardAsync);
        registry.MapGet("/", () => new RegistryReply("{}"));
        MapSchemas(registry.MapGroup("/schemas"));
        MapSubjects(registry.MapGroup("/subjects"));
        MapCompatibility(registry.MapGroup("/compatibility/subjects/{subject}/versions"));
        RegistryLevelEndpoints.Map(registry.MapGroup("/config"));
        registry.MapGet("/mode/{subject?}", () => new RegistryReply(new { mode = "READWRITE" }));
        registry.MapFallback("/{**path}", () => RegistryReply.Error(new RegistryFault(404, 404, "HTTP 404 Not Found")));
    }

    /// <summary>A subject out of a path: routing leaves an escaped slash as it is.</summary>
    public static string Plain(string subject) => subject.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static void MapSchemas(RouteGroupBuilder schemas)
    {
        schemas.MapGet("/types", () => new RegistryReply("""["AVRO"]"""));
        schemas.MapGet(
            "/ids/{id:int}",
            async (int id, SchemaStore store, CancellationToken stop) =>
                new RegistryReply(new { schema = await store.SchemaAsync(id, stop) })
        );
        schemas.MapGet(
            "/ids/{id:int}/schema",
            async (int id, SchemaStore store, CancellationToken stop) =>
                new RegistryReply(await store.SchemaAsync(id, stop))
        );
        schemas.MapGet(
            "/ids/{id:int}/versions",
            async (int id, SchemaStore store, CancellationToken stop) =>
                new RegistryReply(
                    (await store.UsesAsync(id, stop)).Select(use => new
                    {
                        subject = use.Subject,
                        version = use.Version,
                    })
                )
        );
        schemas.MapGet(
            "/ids/{id:int}/subjects",
            async (int id, SchemaStore store, CancellationToken stop) =>
                new RegistryReply(
                    (await store.UsesAsync(id, stop)).Select(use => use.Subject).Distinct(StringComparer.Ordinal)
                )
        );
    }

    private static void MapSubjects(RouteGroupBuilder subjects)
    {
        subjects.MapGet(
            "/",
            async (SchemaStore store, CancellationToken stop) => new RegistryReply(await store.SubjectsAsync(stop))
        );
        subjects.MapPost(
            "/{subject}",
            async (string subject, HttpRequest request, SchemaStore store, CancellationToken stop) =>
                Version(await store.LookUpAsync(Plain(subject), await RegistryRequest.SchemaAsync(request), stop))
        );
        subjects.MapGet(
            "/{subject}/versions",
            async (string subject, SchemaStore store, CancellationToken stop) =>
                new RegistryReply(await store.VersionsAsync(Plain(subject), stop))
        );
        subjects.MapPost(
            "/{subject}/versions",
            async (string subject, HttpRequest request, SchemaStore store, CancellationToken stop) =>
            {
                var schema = await RegistryRequest.SchemaAsync(request);
                return new RegistryReply(new { id = await store.RegisterAsync(Plain(subject), schema, stop) });
            }
        );
        subjects.MapGet(
            "/{subject}/versions/{version}",
            async (string subject, string version, SchemaStore store, CancellationToken stop) =>
                Version(await store.VersionAsync(Plain(subject), version, stop))
        );
        subjects.MapGet(
            "/{subject}/versions/{version}/schema",
            async (string subject, string version, SchemaStore store, CancellationToken stop) =>
                new RegistryReply((await store.VersionAsync(Plain(subject), version, stop)).Schema)
        );
    }

    private static void MapCompatibility(RouteGroupBuilder versions)
    {
        versions.MapPost("/", CheckAsync);
        versions.MapPost("/{version}", CheckAsync);
    }

    private static async Task<RegistryReply> CheckAsync(
        string subject,
        string? version,
        bool? verbose,
        HttpRequest request,
        SchemaStore store,
        CancellationToken stop
    )
    {
        var schema = await RegistryRequest.SchemaAsync(request);
        var reasons = await store.CheckAsync(Plain(subject), version, schema, stop);
        return verbose is true
            ? new RegistryReply(new { is_compatible = reasons.Count == 0, messages = reasons })
            : new RegistryReply(new { is_compatible = reasons.Count == 0 });
    }

    private static RegistryReply Version(RegisteredSchema schema) =>
        new(
            new
            {
                subject = schema.Subject,
                version = schema.Version,
                id = schema.Id,
                schema = schema.Schema,
            }
        );
}

namespace Governance.Api.Sandbox.Registry;

/// <summary>Compatibility levels: one for all, and one for a subject that has its own.</summary>
internal static class RegistryLevelEndpoints
{
    private const string Global = "";

    public static void Map(RouteGroupBuilder config)
    {
        config.MapGet(
            "/",
            async (SchemaStore store, CancellationToken stop) =>
                Level(await store.FindLevelAsync(Global, stop) ?? CompatibilityLevels.Default)
        );
        config.MapPut(
            "/",
            (HttpRequest request, SchemaStore store, CancellationToken stop) => PutAsync(Global, request, store, stop)
        );
        config.MapGet("/{subject}", GetAsync);
        config.MapPut(
            "/{subject}",
            (string subject, HttpRequest request, SchemaStore store, CancellationToken stop) =>
                PutAsync(RegistryEndpoints.Plain(subject), request, store, stop)
        );
        config.MapDelete("/{subject}", DeleteAsync);
    }

    private static async Task<RegistryReply> GetAsync(
        string subject,
        bool? defaultToGlobal,
        SchemaStore store,
        CancellationToken stop
    )
    {
        var name = RegistryEndpoints.Plain(subject);
        var level = await store.FindLevelAsync(name, stop);
        if (level is null && defaultToGlobal is true)
        {
            level = await store.FindLevelAsync(Global, stop) ?? CompatibilityLevels.Default;
        }

        return Level(level ?? throw RegistryFault.NoSubjectLevel(name));
    }

    private static async Task<RegistryReply> PutAsync(
        string subject,
        HttpRequest request,
        SchemaStore store,
        CancellationToken stop
    )
    {
        var level = await RegistryRequest.LevelAsync(request);
        await store.SetLevelAsync(subject, level, stop);
        return new RegistryReply(new { compatibility = level.Name() });
    }

    private static async Task<RegistryReply> DeleteAsync(string subject, SchemaStore store, CancellationToken stop)
    {
        var name = RegistryEndpoints.Plain(subject);
        var level = await store.FindLevelAsync(name, stop) ?? throw RegistryFault.NoSubjectLevel(name);
        await store.SetLevelAsync(name, null, stop);
        return Level(level);
    }

    private static RegistryReply Level(CompatibilityLevel level) => new(new { compatibilityLevel = level.Name() });
}

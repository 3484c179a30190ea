using System.Globalization;
using Governance.Api.Storage;
using Governance.Masking.Kafka;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Sandbox.Registry;

/// <summary>Schemas, subjects and versions in the state: ids outlive the process, as the bytes that carry them do.</summary>
internal sealed class SchemaStore(IStateStore state)
{
    public Task<string[]> SubjectsAsync(CancellationToken cancellationToken) =>
        state.ReadAsync(
            db =>
                db.Set<StoredVersion>()
                    .Select(v => v.Subject)
                    .Distinct()
                    .OrderBy(s => s)
                    .ToArrayAsync(cancellationToken),
            cancellationToken
        );

    public async Task<int[]> VersionsAsync(string subject, CancellationToken cancellationToken)
    {
        var versions = await AllAsync(subject, cancellationToken);
        return versions.Length > 0
            ? [.. versions.Select(v => v.Version)]
            : throw RegistryFault.SubjectNotFound(subject);
    }

    /// <summary>One version, by number or as <c>latest</c> (also <c>-1</c>).</summary>
    public async Task<RegisteredSchema> VersionAsync(
        string subject,
        string version,
        CancellationToken cancellationToken
    )
    {
        var number = VersionNumber(version);
        var versions = await AllAsync(subject, cancellationToken);
        if (versions.Length == 0)
        {
            throw RegistryFault.SubjectNotFound(subject);
        }

        return (number is null ? versions[^1] : Array.Find(versions, v => v.Version == number))
            ?? throw RegistryFault.VersionNotFound(version);
    }

    public async Task<string> SchemaAsync(int id, CancellationToken cancellationToken) =>
        await state.ReadAsync(
            db =>
                db.Set<StoredSchema>()
                    .Where(s => s.Id == id)
                    .Select(s => s.Text)
                    .FirstOrDefaultAsync(cancellationToken),
            cancellationToken
        ) ?? throw RegistryFault.SchemaNotFound();

    /// <summary>Where a schema is used.</summary>
    public async Task<(string Subject, int Version)[]> UsesAsync(int id, CancellationToken cancellationToken)
    {
        _ = await SchemaAsync(id, cancellationToken);
        var uses = await state.ReadAsync(
            db =>
                db.Set<StoredVersion>()
                    .Where(v => v.SchemaId == id)
                    .OrderBy(v => v.Subject)
                    .ThenBy(v => v.Version)
                    .ToArrayAsync(cancellationToken),
            cancellationToken
        );
        return [.. uses.Select(v => (v.Subject, v.Version))];
    }

    /// <summary>Finds a schema among a subject's versions.</summary>
    public async Task<RegisteredSchema> LookUpAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        var document = AvroDocument.Parse(schema);
        var found = await state.ReadAsync(
            async db =>
                await db.Set<StoredVersion>().AnyAsync(v => v.Subject == subject, cancellationToken)
                    ? await VersionOfAsync(db, subject, document, cancellationToken)
                    : throw RegistryFault.SubjectNotFound(subject),
            cancellationToken
        );
        return found is null ? throw RegistryFault.SchemaNotFound() : Registered(found);
    }

    /// <summary>Registers a schema; one that the subject has already keeps its version.</summary>
    public Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        var document = AvroDocument.Parse(schema);
        return state.WriteAsync(
            async db =>
            {
                if (await VersionOfAsync(db, subject, document, cancellationToken) is { } known)
                {
                    return known.SchemaId;
                }

                var older = await VersionsOf(db, subject).ToArrayAsync(cancellationToken);
                var reasons = (await LevelAsync(db, subject, cancellationToken)).Check(
                    document.Shape,
                    [.. older.Select(v => AvroDocument.Parse(v.Schema!.Text).Shape)]
                );
                if (reasons.Count > 0)
                {
                    throw RegistryFault.Incompatible(subject, reasons);
                }

                var stored = await SameAsync(db, document, cancellationToken);
                stored ??= new StoredSchema { Fingerprint = document.Fingerprint, Text = document.Text };
                var version = older.Length == 0 ? 1 : older[^1].Version + 1;
                db.Add(
                    new StoredVersion
                    {
                        Subject = subject,
                        Version = version,
                        Schema = stored,
                    }
                );
                await db.SaveChangesAsync(cancellationToken);
                return stored.Id;
            },
            cancellationToken
        );
    }

    /// <summary>Why a schema could not be registered beside one version; a subject that is new takes any.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(
        string subject,
        string? version,
        string schema,
        CancellationToken cancellationToken
    )
    {
        var document = AvroDocument.Parse(schema);
        var number = version is null ? null : VersionNumber(version);
        var versions = await AllAsync(subject, cancellationToken);
        var asked = number is null ? versions : [.. versions.Where(v => v.Version == number)];
        if (number is not null && asked.Length == 0)
        {
            throw versions.Length == 0
                ? RegistryFault.SubjectNotFound(subject)
                : RegistryFault.VersionNotFound(version!);
        }

        if (version is not null && asked.Length > 1)
        {
            asked = asked[^1..];
        }

        var level = await state.ReadAsync(db => LevelAsync(db, subject, cancellationToken), cancellationToken);
        return level.Check(document.Shape, [.. asked.Select(v => AvroDocument.Parse(v.Schema).Shape)]);
    }

    /// <summary>The level set for a subject, or for all (the empty subject); <see langword="null"/> where none is.</summary>
    public Task<CompatibilityLevel?> FindLevelAsync(string subject, CancellationToken cancellationToken) =>
        state.ReadAsync(
            db =>
                db.Set<StoredLevel>()
                    .Where(level => level.Subject == subject)
                    .Select(level => (CompatibilityLevel?)level.Level)
                    .FirstOrDefaultAsync(cancellationToken),
            cancellationToken
        );

    /// <summary>Sets or, with <see langword="null"/>, removes a level.</summary>
    public Task SetLevelAsync(string subject, CompatibilityLevel? level, CancellationToken cancellationToken) =>
        state.WriteAsync(
            async db =>
            {
                var stored = await db.Set<StoredLevel>()
                    .FirstOrDefaultAsync(row => row.Subject == subject, cancellationToken);
                if (stored is not null)
                {
                    db.Remove(stored);
                    await db.SaveChangesAsync(cancellationToken);
                    db.ChangeTracker.Clear();
                }

                if (level is { } wanted)
                {
                    db.Add(new StoredLevel { Subject = subject, Level = wanted });
                }
            },
            cancellationToken
        );

    private static int? VersionNumber(string version) =>
        version is "latest" or "-1" ? null
        : int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw RegistryFault.InvalidVersion(version);

    private static async Task<CompatibilityLevel> LevelAsync(
        StateDbContext db,
        string subject,
        CancellationToken cancellationToken
    )
    {
        var levels = await db.Set<StoredLevel>()
            .Where(level => level.Subject == subject || level.Subject == "")
            .ToArrayAsync(cancellationToken);
        return levels.MaxBy(level => level.Subject.Length)?.Level ?? CompatibilityLevels.Default;
    }

    private static Task<StoredVersion?> VersionOfAsync(
        StateDbContext db,
        string subject,
        AvroDocument document,
        CancellationToken cancellationToken
    ) =>
        VersionsOf(db, subject)
            .FirstOrDefaultAsync(v => v.Schema!.Fingerprint == document.Fingerprint, cancellationToken);

    private static Task<StoredSchema?> SameAsync(
        StateDbContext db,
        AvroDocument document,
        CancellationToken cancellationToken
    ) => db.Set<StoredSchema>().FirstOrDefaultAsync(s => s.Fingerprint == document.Fingerprint, cancellationToken);

    private static IQueryable<StoredVersion> VersionsOf(StateDbContext db, string subject) =>
        db.Set<StoredVersion>().Include(v => v.Schema).Where(v => v.Subject == subject).OrderBy(v => v.Version);

    private static RegisteredSchema Registered(StoredVersion version) =>
        new(version.Subject, version.Version, version.SchemaId, version.Schema!.Text);

    private async Task<RegisteredSchema[]> AllAsync(string subject, CancellationToken cancellationToken)
    {
        var versions = await state.ReadAsync(
            db => VersionsOf(db, subject).ToArrayAsync(cancellationToken),
            cancellationToken
        );
        return [.. versions.Select(Registered)];
    }
}

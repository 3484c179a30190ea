using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Governance.Api.Storage;

/// <summary>Tables whose rows are never changed nor removed; the database itself refuses it.</summary>
internal static class AppendOnlyTables
{
    private const string Annotation = "Governance:AppendOnly";

    /// <summary>Declares the entity's table append-only.</summary>
    public static EntityTypeBuilder<T> IsAppendOnly<T>(this EntityTypeBuilder<T> builder)
        where T : class
    {
        builder.HasAnnotation(Annotation, true);
        return builder;
    }

    /// <summary>The statements that hold it, safe to run again.</summary>
    public static IEnumerable<string> Triggers(IModel model) =>
        from entity in model.GetEntityTypes()
        where entity.FindAnnotation(Annotation) is not null
        let table = entity.GetTableName()
        from act in (string[])["UPDATE", "DELETE"]
        select $"""
            CREATE TRIGGER IF NOT EXISTS "{table}_refuses_{act.ToLowerInvariant()}" BEFORE {act} ON "{table}"
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
            """;
}

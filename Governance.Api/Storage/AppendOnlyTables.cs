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

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Of(IModel model) =>
        model
            .GetEntityTypes()
            .Where(entity => entity.FindAnnotation(Annotation) is not null)
            .Select(entity => entity.GetTableName()!);

    /// <summary>The statements that hold it in SQLite, safe to run again.</summary>
    public static IEnumerable<string> Triggers(IModel model)
    {
        foreach (var entity in model.GetEntityTypes().Where(entity => entity.FindAnnotation(Annotation) is not null))
        {
            var table = entity.GetTableName();
            var key = entity.FindPrimaryKey()!.Properties.Single().GetColumnName();
            yield return Trigger(table, "update", "UPDATE", "");
            yield return Trigger(table, "delete", "DELETE", "");

            // INSERT OR REPLACE removes a row without asking the trigger for DELETE.
            var taken = $"""WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}")""";
            yield return Trigger(table, "replace", "INSERT", taken);
        }
    }

    private static string Trigger(string? table, string name, string act, string condition) =>
        $"""
            CREATE TRIGGER IF NOT EXISTS "{table}_refuses_{name}" BEFORE {act} ON "{table}" {condition}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
            """;
}

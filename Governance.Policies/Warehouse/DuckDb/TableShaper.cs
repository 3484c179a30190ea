using Governance.Masking.Avro;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.DuckDb.Issuing;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>Makes a dataset's table, or widens it, so that it holds records of a schema beside those that it has.</summary>
internal static class TableShaper
{
    /// <summary>Runs the statements that are missing; none where the table is wide enough. The caller holds the transaction.</summary>
    /// <exception cref="SinkSchemaException">The table cannot hold both.</exception>
    public static void Shape(DuckDbSession session, string table, MaskedSchema schema)
    {
        Check(table, schema);
        if (TableColumns.Read(session, table) is not { } held)
        {
            session.Execute(Create(table, schema));
            return;
        }

        var isWidened = false;
        foreach (var field in schema.Columns)
        {
            if (Widen(table, held, field) is { } statement)
            {
                session.Execute(statement);
                isWidened = true;
            }
        }

        if (isWidened)
        {
            IssuedViews.Refresh(session, table);
        }
    }

    /// <summary>Refuses a dataset that would stand where the adapter's own tables do.</summary>
    public static void CheckName(string table)
    {
        if (
            string.IsNullOrWhiteSpace(table)
            || table.StartsWith(SystemTables.Prefix, StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new SinkSchemaException(
                $"Table '{table}': a dataset needs a name, and none that starts with {SystemTables.Prefix}. Rename it in the contract."
            );
        }
    }

    private static void Check(string table, MaskedSchema schema)
    {
        CheckName(table);
        if (schema.Columns.FirstOrDefault(field => TableColumns.IsSystem(field.Name)) is { } taken)
        {
            throw new SinkSchemaException(
                $"Table {table}, column {taken.Name}: the warehouse keeps this name for itself. Rename the field."
            );
        }

        TypeWidening.CheckFields(table, path: "", schema.Columns);
    }

    private static SqlText Create(string table, MaskedSchema schema)
    {
        var system = TableColumns.System.Select(field => SqlText.Of($"{Column(field)} NOT NULL"));
        // Nothing of a record is NOT NULL: a later schema may leave it out, and an erasure may clear it.
        return SqlText.Of(
            $"CREATE TABLE {SqlName.Of(table)} ({SqlText.Join(", ", system.Concat(schema.Columns.Select(Column)))})"
        );
    }

    private static SqlText? Widen(string table, StructType held, MaskedField field)
    {
        var at = held.Fields.FindIndex(field.Name, table, field.Name);
        if (at < 0)
        {
            return SqlText.Of($"ALTER TABLE {SqlName.Of(table)} ADD COLUMN {Column(field)}");
        }

        var now = held.Fields[at].Type;
        var joined = TypeWidening.Join(table, field.Name, now, field.Type);
        return ReferenceEquals(joined, now)
            ? null
            : SqlText.Of(
                $"ALTER TABLE {SqlName.Of(table)} ALTER COLUMN {SqlName.Of(field.Name)} TYPE {DuckDbTypes.Stored(joined)}"
            );
    }

    private static SqlText Column(MaskedField field) =>
        SqlText.Of($"{SqlName.Of(field.Name)} {DuckDbTypes.Stored(field.Type)}");
}

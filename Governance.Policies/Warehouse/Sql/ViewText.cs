using Governance.Masking.Avro;
using Governance.Policies.Views;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>The statement of an issued view: its columns, of the rows that it may show, for as long as it may show them.</summary>
internal static class ViewText
{
    /// <summary>Writes it.</summary>
    /// <param name="dialect">The warehouse's.</param>
    /// <param name="view">The view; <see cref="IssuedChecks.Of(ViewDefinition, StructType)"/> had nothing against it.</param>
    /// <param name="shape">The columns of its source.</param>
    /// <param name="source">The source, as FROM names it.</param>
    /// <exception cref="WarehouseException">The condition cannot be carried out over these columns.</exception>
    public static SqlText Write(SqlDialect dialect, ViewDefinition view, StructType shape, SqlText source)
    {
        var columns = view.Columns.Select(column => Column(dialect, view, shape, column));
        return SqlText.Of(
            $"SELECT {SqlText.Join(", ", columns)} FROM {source} AS {RowMatch.Row} WHERE {Shown(dialect, view, shape)}"
        );
    }

    /// <summary>Counts the rows that a view shows: in all, and those that match.</summary>
    /// <exception cref="WarehouseException">The condition cannot be carried out over these columns.</exception>
    public static SqlText Count(SqlDialect dialect, ViewDefinition view, StructType shape, SqlText? match) =>
        SqlText.Of(
            $"SELECT count(*), count(CASE WHEN {match ?? SqlText.Of($"FALSE")} THEN 1 END) FROM {dialect.Table(view.Dataset.Name)} AS {RowMatch.Row} WHERE {Shown(dialect, view, shape)}"
        );

    private static SqlText Shown(SqlDialect dialect, ViewDefinition view, StructType shape)
    {
        var condition = new ConditionText(dialect, view.Dataset.Name, shape, RowMatch.Row).Write(view.Condition);
        var ends = view.Until is { } until ? SqlText.Of($" AND {dialect.IsBefore(until)}") : SqlText.Of($"");
        // A row without an owner is nobody's, and stays.
        var without = LeftOut.Build(dialect, view, shape) is { } left
            ? SqlText.Of($" AND NOT COALESCE({left}, FALSE)")
            : SqlText.Of($"");
        return SqlText.Of($"{condition}{ends}{without}");
    }

    private static SqlText Column(SqlDialect dialect, ViewDefinition view, StructType shape, string name)
    {
        var value = SqlText.Of($"{RowMatch.Row}.{SqlName.Of(name)}");
        return view.Generalized.TryGetValue(name, out var to)
            ? SqlText.Of($"{dialect.Generalized(KindOf(shape, name)!.Value, value, to)!} AS {SqlName.Of(name)}")
            : value;
    }

    /// <summary>The kind of a column that holds a single value.</summary>
    public static ScalarKind? KindOf(StructType shape, string name) =>
        shape.Fields.FirstOrDefault(field => field.Name == name)?.Type is ScalarType scalar ? scalar.Kind : null;
}

using Governance.Masking.Avro;
using Governance.Policies.Views;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>
/// Writes a row condition for a stored definition. SQL's own three values give <see cref="RowCondition"/> its meaning of null: nothing is
/// added for it.
/// </summary>
internal sealed class ConditionText(SqlDialect dialect, string table, StructType shape, SqlName? row)
{
    /// <summary>Writes it.</summary>
    /// <exception cref="WarehouseException">The table has no such column, or it cannot be compared so. Nobody would know which rows are shown.</exception>
    public SqlText Write(RowCondition condition) =>
        condition switch
        {
            AllOf { Conditions.IsEmpty: true } => SqlText.Of($"TRUE"),
            AnyOf { Conditions.IsEmpty: true } => SqlText.Of($"FALSE"),
            AllOf all => SqlText.Of($"({SqlText.Join(" AND ", all.Conditions.Select(Write))})"),
            AnyOf any => SqlText.Of($"({SqlText.Join(" OR ", any.Conditions.Select(Write))})"),
            Negation not => SqlText.Of($"(NOT {Write(not.Condition)})"),
            Presence presence => SqlText.Of($"({Find(presence.Column).Value} IS NOT NULL)"),
            Comparison comparison => Write(comparison),
            Membership { Values.IsEmpty: true } empty => Never(empty.Column),
            Membership membership => Write(membership),
            TextMatch match => Write(match),
            _ => throw Refuse($"a condition of the kind {condition.GetType().Name} is not known"),
        };

    private SqlText Write(Comparison comparison)
    {
        var (value, type) = Find(comparison.Column);
        if (
            type.Kind is ScalarKind.Boolean
            && comparison.Operator is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual)
        )
        {
            throw Refuse($"column {comparison.Column} is true or false, and has no order");
        }

        var constant = Literal(comparison.Column, type, comparison.Value);
        return comparison.Operator switch
        {
            ComparisonOperator.Equal => SqlText.Of($"({value} = {constant})"),
            ComparisonOperator.NotEqual => SqlText.Of($"({value} <> {constant})"),
            ComparisonOperator.Less => SqlText.Of($"({value} < {constant})"),
            ComparisonOperator.LessOrEqual => SqlText.Of($"({value} <= {constant})"),
            ComparisonOperator.Greater => SqlText.Of($"({value} > {constant})"),
            ComparisonOperator.GreaterOrEqual => SqlText.Of($"({value} >= {constant})"),
            _ => throw Refuse($"the comparison {comparison.Operator} is not known"),
        };
    }

    private SqlText Write(Membership membership)
    {
        var (value, type) = Find(membership.Column);
        var constants = membership.Values.Select(constant => Literal(membership.Column, type, constant));
        return SqlText.Of($"({value} IN ({SqlText.Join(", ", constants)}))");
    }

    // Null where the column is null, as for every comparison; else false.
    private SqlText Never(string column)
    {
        var (value, _) = Find(column);
        return SqlText.Of($"(CASE WHEN {value} IS NULL THEN NULL ELSE FALSE END)");
    }

    private SqlText Write(TextMatch match)
    {
        var (value, type) = Find(match.Column);
        return type.Kind is ScalarKind.Text && !match.Text.Contains('\0', StringComparison.Ordinal)
            ? dialect.Matches(value, match.Place, dialect.Literal(match.Text))
            : throw Refuse($"column {match.Column} cannot be matched with this text");
    }

    private SqlText Literal(string column, ScalarType type, Constant constant) =>
        dialect.Literal(type, constant)
        ?? throw Refuse($"column {column} ({type.Kind}) cannot be compared with a {constant.GetType().Name}");

    private (SqlText Value, ScalarType Type) Find(string path) =>
        ColumnPlaces.Single(shape, path) is var (place, type)
            ? (PlaceText.Of(dialect, row, place).Value, type)
            : throw Refuse($"it has no column {path} with one value a row");

    private WarehouseException Refuse(string why) =>
        new(
            new Refusal(
                RefusalKind.Invalid,
                "condition_refused",
                $"Table {table}: {why}. Correct the policy's row condition; nothing was issued."
            )
        );
}

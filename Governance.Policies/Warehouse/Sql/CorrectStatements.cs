using Governance.Masking.Avro;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>The statement that corrects a value.</summary>
internal static class CorrectStatements
{
    /// <summary>Writes it; <see langword="null"/> where the table has no such rows or column.</summary>
    public static SqlText? Update(SqlDialect dialect, ValueCorrection correction, StructType shape)
    {
        if (
            RowMatch.Build(dialect, correction.Dataset.Name, shape, correction.KeySet, correction.Columns)
                is not { } match
            || !shape.Fields.Any(field => field.Name == correction.Column)
        )
        {
            return null;
        }

        var column = SqlName.Of(correction.Column);
        var value = correction.Value is { } text ? SqlText.Of($"{SqlValue.Of(text)}") : SqlText.Of($"NULL");
        var other = correction.Value is null
            ? SqlText.Of($"{RowMatch.Row}.{column} IS NOT NULL")
            : SqlText.Of($"({RowMatch.Row}.{column} IS NULL OR {RowMatch.Row}.{column} <> {value})");
        var whose = correction.Subject is { } subject
            ? SqlText.Of(
                $" AND {RowMatch.Row}.{SqlName.Of(subject.Column)} = {dialect.ToUuid(SqlText.Of($"{SqlValue.Of(subject.Surrogate.ToString("D"))}"))}"
            )
            : SqlText.Empty;
        return SqlText.Of(
            $"UPDATE {dialect.Table(correction.Dataset.Name)} AS {RowMatch.Row} SET {dialect.Assigned(RowMatch.Row, column)} = {value} WHERE ({match}) AND {other}{whose}"
        );
    }
}

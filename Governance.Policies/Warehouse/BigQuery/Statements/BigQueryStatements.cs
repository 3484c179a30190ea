using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Statements;

/// <summary>Statements of the builder as jobs take them.</summary>
internal static class BigQueryStatements
{
    /// <summary>Writes a statement and its parameters.</summary>
    public static BigQueryStatement Of(SqlDialect dialect, SqlText text)
    {
        var statement = dialect.Write(text);
        return new BigQueryStatement(
            statement.Text,
            [.. statement.Values.Select((value, at) => Parameter(dialect.Parameter(at + 1).TrimStart('@'), value))]
        );
    }

    private static BigQueryParameter Parameter(string name, SqlValue value) =>
        value switch
        {
            TextValue text => BigQueryParameter.Of(name, text.Value),
            IntegerValue integer => BigQueryParameter.Of(name, integer.Value),
            InstantValue instant => BigQueryParameter.Of(name, instant.Value),
            TextsValue texts => BigQueryParameter.Of(name, texts.Values),
            UuidsValue uuids => BigQueryParameter.Of(name, uuids.Values.Select(uuid => uuid.ToString("D"))),
            IntegersValue integers => Array(name, BigQueryType.Int64, integers.Values),
            InstantsValue instants => Array(name, BigQueryType.Timestamp, instants.Values),
            _ => throw new ArgumentException($"No such value: {value.GetType().Name}.", nameof(value)),
        };

    private static BigQueryParameter Array<T>(string name, BigQueryType element, IEnumerable<T> values) =>
        new(name, BigQueryType.ArrayOf(element), values);
}

using System.Globalization;
using System.Text;
using Governance.Masking.Avro;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Statements;

/// <summary>SQL as BigQuery writes it (GoogleSQL).</summary>
/// <param name="project">The project of the tables.</param>
/// <param name="dataset">Their dataset.</param>
/// <remarks>https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical</remarks>
internal sealed class BigQueryDialect(string project, string dataset) : SqlDialect
{
    /// <summary>The field of an item that cannot stand in a list by itself: one that may be null, a list, a map.</summary>
    public const string ListItem = "_list_item";

    public override string Quote(SqlName name) => string.Join('.', name.Parts.Select(Quote));

    public override SqlName Table(string name) => SqlName.Of($"{project}.{dataset}.{name}");

    public override string Parameter(int position) => string.Create(CultureInfo.InvariantCulture, $"@p{position}");

    public override SqlText Literal(string text) => SqlText.FromDialect($"'{Escape(text, '\'')}'");

    public override SqlText? Literal(ScalarType type, Constant constant) =>
        (type.Kind, constant) switch
        {
            (ScalarKind.Text, TextConstant text) when !text.Value.Contains('\0', StringComparison.Ordinal) => Literal(
                text.Value
            ),
            (ScalarKind.Boolean, BooleanConstant truth) => SqlText.FromDialect(truth.Value ? "TRUE" : "FALSE"),
            (ScalarKind.Int32 or ScalarKind.Int64 or ScalarKind.Decimal, NumberConstant number) => Number(number.Value),
            (ScalarKind.Float or ScalarKind.Double, NumberConstant number) => NumberLiterals.Exact(number.Value)
                is { } exact
                ? SqlText.FromDialect($"CAST('{exact}' AS FLOAT64)")
                : null,
            (ScalarKind.Uuid, TextConstant text) when Guid.TryParseExact(text.Value, "D", out var uuid) =>
                SqlText.FromDialect($"'{uuid:D}'"),
            (ScalarKind.Date, TextConstant text) => InstantLiterals.Date(text.Value) is { } date
                ? SqlText.FromDialect($"DATE '{date}'")
                : null,
            (ScalarKind.Timestamp, TextConstant text) => InstantLiterals.Timestamp(text.Value) is { } instant
                ? SqlText.FromDialect($"TIMESTAMP '{instant}'")
                : null,
            _ => null,
        };

    public override SqlText Matches(SqlText text, TextPlace place, SqlText part) =>
        place switch
        {
            TextPlace.Start => SqlText.Of($"STARTS_WITH({text}, {part})"),
            TextPlace.End => SqlText.Of($"ENDS_WITH({text}, {part})"),
            _ => SqlText.Of($"(STRPOS({text}, {part}) > 0)"),
        };

    public override SqlText? Generalized(ScalarKind kind, SqlText value, Generalization to)
    {
        var part = SqlText.FromDialect(DateParts.Of(to));
        return kind switch
        {
            ScalarKind.Date => SqlText.Of($"DATE_TRUNC({value}, {part})"),
            ScalarKind.LocalTimestamp => SqlText.Of($"DATETIME_TRUNC({value}, {part})"),
            ScalarKind.Timestamp => SqlText.Of($"TIMESTAMP_TRUNC({value}, {part}, 'UTC')"),
            _ => null,
        };
    }

    public override SqlText IsBefore(DateTimeOffset moment) =>
        SqlText.Of($"CURRENT_TIMESTAMP() < {SqlText.FromDialect($"TIMESTAMP '{InstantLiterals.Of(moment)}'")}");

    public override SqlText Field(SqlText record, string name) => SqlText.Of($"{record}.{SqlName.Of(name)}");

    public override SqlText RowIdentity(SqlName row) => SqlText.Of($"({RowIdentityColumns(row)})");

    public override SqlText RowIdentityColumns(SqlName row) =>
        SqlText.Of($"{row}._source, {row}._kafka_partition, {row}._offset");

    public override SqlText Assigned(SqlName row, SqlName column) => SqlText.Of($"{row}.{column}");

    public override SqlText Instant(SqlValue moment) => SqlText.Of($"{moment}");

    public override SqlText HoldsSomething(MaskedType type, SqlText column) =>
        type is ListType or MapType ? SqlText.Of($"ARRAY_LENGTH({column}) > 0") : SqlText.Of($"{column} IS NOT NULL");

    public override SqlText ToUuid(SqlText text) => text;

    public override SqlText ToText(SqlText uuid) => uuid;

    public override PlaceText Enter(PlaceText place, PlaceStep step, int depth)
    {
        if (step is FieldStep field)
        {
            return place with { Value = Field(place.Value, field.Name) };
        }

        var item = SqlName.Of(string.Create(CultureInfo.InvariantCulture, $"_item{depth}"));
        var sources = place.Sources.Add(SqlText.Of($"UNNEST({place.Value}) AS {item}"));
        return step switch
        {
            ItemsStep { List: var list } => place with
            {
                Sources = sources,
                Value = IsWrapped(list) ? SqlText.Of($"{item}.{SqlName.Of(ListItem)}") : SqlText.Of($"{item}"),
            },
            ValuesStep => place with { Sources = sources, Value = SqlText.Of($"{item}.value") },
            KeyStep key => place with
            {
                Sources = sources,
                Conditions = place.Conditions.Add(SqlText.Of($"{item}.key = {Literal(key.Key)}")),
                Value = SqlText.Of($"{item}.value"),
            },
            _ => throw new ArgumentException($"No such step: {step.GetType().Name}.", nameof(step)),
        };
    }

    public override SqlText HoldsAny(string table, ColumnPlace place, SqlText keys) =>
        RowMatch.HoldsAny(this, Table(table), place, keys);

    public override SqlText Rows(SqlValue values, SqlName column) => SqlText.Of($"UNNEST({values}) AS {column}");

    /// <summary>Whether the items of a list stand in a record of their own: BigQuery's lists hold neither nulls nor lists.</summary>
    public static bool IsWrapped(ListType list) => list.ItemNullable || list.Item is ListType or MapType;

    private static SqlText? Number(string number) =>
        NumberLiterals.Exact(number) is not { } exact ? null
        : long.TryParse(exact, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? SqlText.FromDialect(exact)
        : SqlText.FromDialect($"NUMERIC '{exact}'");

    private static string Quote(string part) => $"`{Escape(part, '`')}`";

    private static string Escape(string text, char quote)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            if (character == quote || character == '\\')
            {
                escaped.Append('\\').Append(character);
            }
            else if (char.IsControl(character) || character is '\u2028' or '\u2029')
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }
}

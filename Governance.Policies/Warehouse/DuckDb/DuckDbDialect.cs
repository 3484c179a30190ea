using System.Globalization;
using Governance.Masking.Avro;
using Governance.Policies.Decisions;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>SQL as DuckDB writes it.</summary>
internal sealed class DuckDbDialect : SqlDialect
{
    public static DuckDbDialect Instance { get; } = new();

    public override string Quote(SqlName name) =>
        string.Join('.', name.Parts.Select(part => $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    public override SqlName Table(string name) => SqlName.Of(name);

    public override string Parameter(int position) => string.Create(CultureInfo.InvariantCulture, $"${position}");

    public override SqlText Literal(string text) =>
        SqlText.FromDialect($"'{text.Replace("'", "''", StringComparison.Ordinal)}'");

    public override SqlText? Literal(ScalarType type, Constant constant) =>
        (type.Kind, constant) switch
        {
            (ScalarKind.Text, TextConstant text) when !text.Value.Contains('\0', StringComparison.Ordinal) => Literal(
                text.Value
            ),
            (ScalarKind.Boolean, BooleanConstant truth) => SqlText.FromDialect(truth.Value ? "TRUE" : "FALSE"),
            (ScalarKind.Int32 or ScalarKind.Int64 or ScalarKind.Decimal, NumberConstant number) => NumberLiterals.Exact(
                number.Value
            )
                is { } exact
                ? SqlText.FromDialect(exact)
                : null,
            (ScalarKind.Float or ScalarKind.Double, NumberConstant number) => NumberLiterals.Exact(number.Value)
                is { } exact
                ? SqlText.FromDialect($"CAST('{exact}' AS DOUBLE)")
                : null,
            (ScalarKind.Uuid, TextConstant text) when Guid.TryParseExact(text.Value, "D", out var uuid) =>
                SqlText.FromDialect($"UUID '{uuid:D}'"),
            (ScalarKind.Date, TextConstant text) => InstantLiterals.Date(text.Value) is { } date
                ? SqlText.FromDialect($"DATE '{date}'")
                : null,
            (ScalarKind.Timestamp, TextConstant text) => InstantLiterals.Timestamp(text.Value) is { } instant
                ? SqlText.FromDialect($"TIMESTAMPTZ '{instant}'")
                : null,
            _ => null,
        };

    public override SqlText Matches(SqlText text, TextPlace place, SqlText part) =>
        place switch
        {
            TextPlace.Start => SqlText.Of($"starts_with({text}, {part})"),
            TextPlace.End => SqlText.Of($"suffix({text}, {part})"),
            _ => SqlText.Of($"contains({text}, {part})"),
        };

    public override SqlText? Generalized(ScalarKind kind, SqlText value, Generalization to)
    {
        var part = Literal(DateParts.Of(to).ToLowerInvariant());
        return kind switch
        {
            ScalarKind.Date => SqlText.Of($"CAST(date_trunc({part}, {value}) AS DATE)"),
            ScalarKind.LocalTimestamp => SqlText.Of($"date_trunc({part}, {value})"),
            // A connection's own time zone must not move the day.
            ScalarKind.Timestamp => SqlText.Of($"timezone('UTC', date_trunc({part}, timezone('UTC', {value})))"),
            _ => null,
        };
    }

    public override SqlText IsBefore(DateTimeOffset moment) =>
        SqlText.Of($"now() < {SqlText.FromDialect($"TIMESTAMPTZ '{InstantLiterals.Of(moment)}'")}");

    public override SqlText Field(SqlText record, string name) =>
        SqlText.Of($"struct_extract({record}, {Literal(name)})");

    public override SqlText RowIdentity(SqlName row) => SqlText.Of($"{row}.rowid");

    public override SqlText RowIdentityColumns(SqlName row) => RowIdentity(row);

    public override SqlText Assigned(SqlName row, SqlName column) => SqlText.Of($"{column}");

    public override SqlText Instant(SqlValue moment) => SqlText.Of($"CAST({moment} AS TIMESTAMPTZ)");

    public override SqlText HoldsSomething(MaskedType type, SqlText column) => SqlText.Of($"{column} IS NOT NULL");

    public override SqlText ToUuid(SqlText text) => SqlText.Of($"CAST({text} AS UUID)");

    public override SqlText ToText(SqlText uuid) => SqlText.Of($"CAST({uuid} AS VARCHAR)");

    public override PlaceText Enter(PlaceText place, PlaceStep step, int depth) =>
        step switch
        {
            FieldStep field => place with { Value = Field(place.Value, field.Name) },
            KeyStep key => place with { Value = SqlText.Of($"map_extract_value({place.Value}, {Literal(key.Key)})") },
            ValuesStep => Unnest(place, SqlText.Of($"map_values({place.Value})"), depth),
            ItemsStep => Unnest(place, place.Value, depth),
            _ => throw new ArgumentException($"No such step: {step.GetType().Name}.", nameof(step)),
        };

    // The rows of a macro have no row id, by which the table could be joined again; DuckDB looks into a row's lists by itself.
    public override SqlText HoldsAny(string table, ColumnPlace place, SqlText keys)
    {
        var here = PlaceText.Of(this, RowMatch.Row, place);
        var held = here.Where(SqlText.Of($"{here.Value} IN ({keys})"));
        return SqlText.Of($"EXISTS (SELECT 1 FROM {SqlText.Join(", ", here.Sources)} WHERE {held})");
    }

    public override SqlText Rows(SqlValue values, SqlName column) =>
        values is UuidsValue
            ? SqlText.Of($"(SELECT unnest(CAST(string_split({values}, ',') AS UUID[])) AS {column}) AS _rows")
            : SqlText.Of($"(SELECT unnest(CAST(CAST({values} AS JSON) AS VARCHAR[])) AS {column}) AS _rows");

    private static PlaceText Unnest(PlaceText place, SqlText list, int depth)
    {
        var table = SqlName.Of(string.Create(CultureInfo.InvariantCulture, $"_list{depth}"));
        var item = SqlName.Of(string.Create(CultureInfo.InvariantCulture, $"_item{depth}"));
        return place with
        {
            Sources = place.Sources.Add(SqlText.Of($"unnest({list}) AS {table}({item})")),
            Value = SqlText.Of($"{table}.{item}"),
        };
    }
}

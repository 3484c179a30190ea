using System.Globalization;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Newtonsoft.Json.Linq;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>The columns of rows, found by their names.</summary>
internal sealed class RowShape
{
    private readonly Dictionary<string, int> _places = new(StringComparer.OrdinalIgnoreCase);

    public RowShape(IEnumerable<TableField> fields)
    {
        Fields = [.. fields];
        for (var place = 0; place < Fields.Count; place++)
        {
            _places.TryAdd(Fields[place].Name, place);
        }
    }

    public IReadOnlyList<TableField> Fields { get; }

    public int PlaceOf(string name) =>
        _places.TryGetValue(name, out var place)
            ? place
            : throw new ArgumentException($"There is no column {name}.", nameof(name));
}

/// <summary>A row of an answer or of a table, or a record in one.</summary>
internal readonly struct QueryRow(RowShape shape, RowResource row)
{
    public IReadOnlyList<TableField> Fields => shape.Fields;

    /// <summary>The value of a column. Names have no case.</summary>
    public QueryCell this[string name] => this[shape.PlaceOf(name)];

    /// <summary>The value of a column.</summary>
    public QueryCell this[int place] =>
        new(shape.Fields[place], place < (row.Cells?.Count ?? 0) ? row.Cells![place].Value : null);
}

/// <summary>A value, as its column's type has it.</summary>
internal readonly struct QueryCell(TableField field, JToken? value)
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    public bool IsNull => value is null or JValue { Value: null };

    /// <summary>As text, as BigQuery writes it; <see langword="null"/> for null.</summary>
    public string? AsText() =>
        value switch
        {
            null => null,
            JValue scalar => scalar.Value is null ? null : scalar.ToString(CultureInfo.InvariantCulture),
            _ => throw Wrong("a single value"),
        };

    public long? AsLong() => AsText() is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    public bool? AsBool() => AsText() is { } text ? bool.Parse(text) : null;

    public double? AsDouble() =>
        AsText() switch
        {
            null => null,
            "Infinity" or "inf" => double.PositiveInfinity,
            "-Infinity" or "-inf" => double.NegativeInfinity,
            var text => double.Parse(text, CultureInfo.InvariantCulture),
        };

    /// <summary>A NUMERIC, as far as .NET's decimal holds it.</summary>
    public decimal? AsDecimal() =>
        AsText() is { } text ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    public DateOnly? AsDate() =>
        AsText() is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    public byte[]? AsBytes() => AsText() is { } text ? Convert.FromBase64String(text) : null;

    /// <summary>A TIMESTAMP: microseconds since 1970, or seconds with a fraction where a server does not know the option.</summary>
    public DateTimeOffset? AsTimestamp()
    {
        if (AsText() is not { } text)
        {
            return null;
        }

        var microseconds = long.TryParse(
            text,
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var whole
        )
            ? whole
            : (long)Math.Round(decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) * 1_000_000m);
        return DateTimeOffset.UnixEpoch.AddTicks(microseconds * TicksPerMicrosecond);
    }

    /// <summary>The elements of a repeated column; empty for null, which BigQuery does not tell from empty.</summary>
    public IReadOnlyList<QueryCell> AsList()
    {
        if (!field.IsRepeated)
        {
            throw Wrong("a list");
        }

        var element = new TableField
        {
            Name = field.Name,
            Type = field.Type,
            Fields = field.Fields,
        };
        return value is JArray items ? [.. items.Select(item => new QueryCell(element, item["v"]))] : [];
    }

    /// <summary>A record; <see langword="null"/> for null.</summary>
    public QueryRow? AsRecord() =>
        value switch
        {
            null or JValue { Value: null } => null,
            JObject record when field.Fields is { } fields => new QueryRow(
                new RowShape(fields),
                record.ToObject<RowResource>()!
            ),
            _ => throw Wrong("a record"),
        };

    private InvalidOperationException Wrong(string what) => new($"The column {field.Name} is not {what}.");
}

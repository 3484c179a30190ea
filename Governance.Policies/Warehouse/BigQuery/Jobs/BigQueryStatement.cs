using System.Collections;
using System.Globalization;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>A statement in GoogleSQL. Values are its parameters, never part of its text.</summary>
/// <param name="Text">GoogleSQL, with parameters as <c>@name</c>.</param>
/// <param name="Parameters">The parameters.</param>
internal sealed record BigQueryStatement(string Text, IReadOnlyList<BigQueryParameter> Parameters)
{
    public BigQueryStatement(string text)
        : this(text, []) { }

    // A record would print the values.
    public override string ToString() => $"{nameof(BigQueryStatement)} with {Parameters.Count} parameters";
}

/// <summary>A named parameter.</summary>
/// <param name="Name">Its name, without <c>@</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Value">
/// Its value: <see langword="null"/>; text, a number, a truth value, a moment, a day or bytes, as the type has it; for an array a
/// collection of them, none of them null.
/// </param>
internal sealed record BigQueryParameter(string Name, BigQueryType Type, object? Value)
{
    public static BigQueryParameter Of(string name, string? value) => new(name, BigQueryType.String, value);

    public static BigQueryParameter Of(string name, long value) => new(name, BigQueryType.Int64, value);

    public static BigQueryParameter Of(string name, DateTimeOffset value) => new(name, BigQueryType.Timestamp, value);

    public static BigQueryParameter Of(string name, IEnumerable<string> values) =>
        new(name, BigQueryType.ArrayOf(BigQueryType.String), values);

    // A record would print the value.
    public override string ToString() => $"@{Name}";

    /// <summary>As it is sent.</summary>
    /// <exception cref="InvalidOperationException">The value is not of the type.</exception>
    internal QueryParameter ToRest() =>
        new()
        {
            Name = Name,
            Type = Type.ToRest(),
            Value = Type.Element is { } element
                ? new QueryParameterValue
                {
                    ArrayValues =
                    [
                        .. Items().Select(item => new QueryParameterValue { Value = Text(element.Name, item!) }),
                    ],
                }
                : new QueryParameterValue { Value = Value is null ? null : Text(Type.Name, Value) },
        };

    private IEnumerable<object?> Items() =>
        Value is IEnumerable items and not string and not byte[] ? items.Cast<object?>() : throw Wrong();

    // https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules#format_of_parameter_values
    private string Text(string type, object value) =>
        (type, value) switch
        {
            ("STRING", string text) => text,
            ("STRING", Guid id) => id.ToString("D"),
            ("INT64", long or int or short or byte) => Convert
                .ToInt64(value, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture),
            ("BOOL", bool flag) => flag ? "true" : "false",
            ("FLOAT64", double or float) => Convert
                .ToDouble(value, CultureInfo.InvariantCulture)
                .ToString("R", CultureInfo.InvariantCulture),
            ("NUMERIC", decimal number) => number.ToString(CultureInfo.InvariantCulture),
            ("TIMESTAMP", DateTimeOffset moment) => moment.UtcDateTime.ToString(
                "yyyy-MM-dd HH:mm:ss.ffffff+00:00",
                CultureInfo.InvariantCulture
            ),
            ("DATE", DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ("BYTES", byte[] bytes) => Convert.ToBase64String(bytes),
            _ => throw Wrong(),
        };

    private InvalidOperationException Wrong() => new($"The value of the parameter {Name} is not of its type.");
}

/// <summary>A parameter's type.</summary>
/// <param name="Name">GoogleSQL's name; <c>ARRAY</c> for an array.</param>
/// <param name="Element">Of an array, the type of its elements.</param>
internal sealed record BigQueryType(string Name, BigQueryType? Element = null)
{
    public static BigQueryType String { get; } = new("STRING");

    public static BigQueryType Int64 { get; } = new("INT64");

    public static BigQueryType Bool { get; } = new("BOOL");

    public static BigQueryType Float64 { get; } = new("FLOAT64");

    public static BigQueryType Numeric { get; } = new("NUMERIC");

    public static BigQueryType Timestamp { get; } = new("TIMESTAMP");

    public static BigQueryType Date { get; } = new("DATE");

    public static BigQueryType Bytes { get; } = new("BYTES");

    /// <summary>An array of scalars: BigQuery has no arrays of arrays.</summary>
    public static BigQueryType ArrayOf(BigQueryType element) =>
        element.Element is null
            ? new BigQueryType("ARRAY", element)
            : throw new ArgumentException("There are no arrays of arrays.", nameof(element));

    internal QueryParameterType ToRest() => new() { Type = Name, ArrayType = Element?.ToRest() };
}

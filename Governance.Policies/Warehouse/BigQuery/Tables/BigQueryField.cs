using System.Collections.Immutable;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>
/// A column or a nested field as a table's schema has it.
/// https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">One of <see cref="FieldTypes"/>, or a type that the adapter never makes.</param>
/// <param name="Mode">One of <see cref="FieldModes"/>.</param>
internal sealed record BigQueryField(string Name, string Type, string Mode = FieldModes.Nullable)
{
    /// <summary>Fields of a record; else empty.</summary>
    public ImmutableArray<BigQueryField> Fields { get; init; } = [];

    /// <summary>Characters that a STRING, or bytes that a BYTES holds at most; <see langword="null"/> for no limit.</summary>
    public long? MaxLength { get; init; }

    /// <summary>Digits in all, of a decimal; <see langword="null"/> where none were declared.</summary>
    public int? Precision { get; init; }

    /// <summary>Digits after the point, of a decimal.</summary>
    public int? Scale { get; init; }

    /// <summary>What it means.</summary>
    public string? Description { get; init; }

    /// <summary>Resource names of policy tags, which decide who reads it in the clear.</summary>
    public ImmutableArray<string> PolicyTags { get; init; } = [];

    /// <summary>As it was read, with all that the adapter does not know of; <see langword="null"/> for one that is to be made.</summary>
    public TableField? Held { get; init; }

    public bool IsRepeated => Mode == FieldModes.Repeated;

    public bool IsRecord => Type == FieldTypes.Record;

    /// <summary>As GoogleSQL writes the type, for messages.</summary>
    public string Sql
    {
        get
        {
            var one = this switch
            {
                { IsRecord: true } =>
                    $"STRUCT<{string.Join(", ", Fields.Select(inner => $"{inner.Name} {inner.Sql}"))}>",
                { Precision: { } precision } => $"{FieldTypes.Sql(Type)}({precision},{Scale ?? 0})",
                { MaxLength: { } length } => $"{FieldTypes.Sql(Type)}({length})",
                _ => FieldTypes.Sql(Type),
            };
            return IsRepeated ? $"ARRAY<{one}>" : one;
        }
    }
}

/// <summary>Types by the names that REST answers use: those of legacy SQL, whatever names were sent.</summary>
internal static class FieldTypes
{
    public const string String = "STRING";
    public const string Bytes = "BYTES";
    public const string Boolean = "BOOLEAN";
    public const string Integer = "INTEGER";
    public const string Float = "FLOAT";
    public const string Numeric = "NUMERIC";
    public const string BigNumeric = "BIGNUMERIC";
    public const string Date = "DATE";
    public const string Time = "TIME";
    public const string Timestamp = "TIMESTAMP";
    public const string DateTime = "DATETIME";
    public const string Record = "RECORD";

    /// <summary>The name that the adapter uses, for any that BigQuery knows the type by.</summary>
    public static string Known(string type) =>
        type.ToUpperInvariant() switch
        {
            "INT64" => Integer,
            "FLOAT64" => Float,
            "BOOL" => Boolean,
            "STRUCT" => Record,
            var known => known,
        };

    /// <summary>The name that GoogleSQL uses.</summary>
    public static string Sql(string type) =>
        type switch
        {
            Integer => "INT64",
            Float => "FLOAT64",
            Boolean => "BOOL",
            Record => "STRUCT",
            _ => type,
        };
}

/// <summary>Modes of a field.</summary>
internal static class FieldModes
{
    public const string Nullable = "NULLABLE";
    public const string Required = "REQUIRED";
    public const string Repeated = "REPEATED";
}

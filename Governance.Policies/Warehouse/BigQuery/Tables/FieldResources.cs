using System.Collections.Immutable;
using System.Globalization;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Newtonsoft.Json.Linq;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>Fields as the REST interface writes them. What it has beside the adapter's own is kept as it was read.</summary>
internal static class FieldResources
{
    private const string MaxLength = "maxLength";
    private const string Precision = "precision";
    private const string Scale = "scale";
    private const string PolicyTags = "policyTags";
    private const string Names = "names";

    public static ImmutableArray<BigQueryField> Read(TableSchema? schema) => Read(schema?.Fields);

    public static TableSchema Write(ImmutableArray<BigQueryField> fields) =>
        new() { Fields = [.. fields.Select(Write)] };

    private static ImmutableArray<BigQueryField> Read(IList<TableField>? fields) => [.. (fields ?? []).Select(Read)];

    private static BigQueryField Read(TableField field) =>
        new(
            field.Name,
            FieldTypes.Known(field.Type),
            string.IsNullOrEmpty(field.Mode) ? FieldModes.Nullable : field.Mode.ToUpperInvariant()
        )
        {
            Fields = Read(field.Fields),
            MaxLength = Number(field, MaxLength),
            Precision = (int?)Number(field, Precision),
            Scale = (int?)Number(field, Scale),
            Description = field.Description,
            PolicyTags = Tags(field),
            Held = field,
        };

    private static TableField Write(BigQueryField field)
    {
        var written = new TableField
        {
            Name = field.Name,
            Type = field.Type,
            Mode = field.Mode,
            Description = field.Description,
            Fields = field.IsRecord ? [.. field.Fields.Select(Write)] : null,
        };
        if (field.Held is { } held)
        {
            foreach (var (name, value) in held.Others)
            {
                written.Others[name] = value;
            }

            return written;
        }

        Add(written, MaxLength, field.MaxLength);
        Add(written, Precision, field.Precision);
        Add(written, Scale, field.Scale);
        if (!field.PolicyTags.IsEmpty)
        {
            written.Others[PolicyTags] = new JObject { [Names] = new JArray(field.PolicyTags.ToArray<object>()) };
        }

        return written;
    }

    private static void Add(TableField field, string name, long? number)
    {
        if (number is { } given)
        {
            field.Others[name] = given.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static long? Number(TableField field, string name) =>
        field.Others.TryGetValue(name, out var value) && value is JValue { Value: not null } number
            ? long.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : null;

    private static ImmutableArray<string> Tags(TableField field) =>
        field.Others.TryGetValue(PolicyTags, out var tags) && tags[Names] is JArray names
            ? [.. names.Select(name => (string)name!)]
            : [];
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>What a contract says of a table beyond the types of its columns: how rows lie, what they mean, and who reads them.</summary>
/// <param name="policyTags">Resource names of policy tags, by Fideslang key; of several that cover a column the most specific counts.</param>
internal sealed class TableLayout(FrozenDictionary<string, string> policyTags)
{
    /// <summary>The label that tells a dataset's table from those of others.</summary>
    public const string DatasetLabel = "governance_dataset";

    private const int MostClustering = 4;
    private const int LongestLabel = 63;
    private const int LongestColumnDescription = 1024;
    private const int LongestTableDescription = 16_384;

    /// <summary>A dataset's table, with columns that say what the contract says of them.</summary>
    public BigQueryTable Describe(Dataset dataset, MaskedSchema schema, ImmutableArray<BigQueryField> columns) =>
        new(dataset.Name)
        {
            Fields = [.. SystemColumns.All, .. Describe(dataset.Columns, columns)],
            Description = Cut(dataset.Description, LongestTableDescription),
            Labels = Labels(dataset),
            // An erasure's closure and its statements look rows up by surrogate, analysts by time.
            PartitionedBy = SystemColumns.EventTime,
            Clustering = Clustering(dataset, schema),
        };

    /// <summary>Columns with descriptions and policy tags.</summary>
    public ImmutableArray<BigQueryField> Describe(
        ImmutableArray<Column> columns,
        ImmutableArray<BigQueryField> fields
    ) => [.. fields.Select(field => Describe(Find(columns, field.Name), field, above: null))];

    private BigQueryField Describe(Column? column, BigQueryField field, string? above)
    {
        var described = column is { Description.Length: > 0 }
            ? field with
            {
                Description = Cut(column.Description, LongestColumnDescription),
            }
            : field;
        var category = column?.PrivacyCategory ?? above;
        if (!field.IsRecord)
        {
            // Only a leaf takes a tag.
            return TagOf(column, category) is { } tag ? described with { PolicyTags = [tag] } : described;
        }

        if (FieldMapping.IsMap(field))
        {
            // The map's keys are fields in the contract, and one column here: it takes the tag of whichever key has one.
            var value = category is null
                ? column
                    ?.Children.SelectMany(key => key.SelfAndDescendants())
                    .FirstOrDefault(key => Tag(key.PrivacyCategory) is not null)
                : column;
            return described with
            {
                Fields = [field.Fields[0], Describe(value, field.Fields[1], category) with { Description = null }],
            };
        }

        var item = field.IsRepeated ? Find(column?.Children ?? [], "") : column;
        return described with
        {
            Fields = FieldMapping.IsWrapped(field)
                ? [Describe(item, field.Fields[0], category)]
                :
                [
                    .. field.Fields.Select(inner =>
                        Describe(Find(item?.Children ?? [], inner.Name), inner, item?.PrivacyCategory ?? category)
                    ),
                ],
        };
    }

    // An array of scalars: what it says of a person may stand at its item.
    private string? TagOf(Column? column, string? category) =>
        Tag(category)
        ?? column?.Children.Select(child => Tag(child.PrivacyCategory)).FirstOrDefault(tag => tag is not null);

    private string? Tag(string? category)
    {
        for (var key = category; key is not null; )
        {
            if (policyTags.TryGetValue(key, out var tag))
            {
                return tag;
            }

            var dot = key.LastIndexOf('.');
            key = dot < 0 ? null : key[..dot];
        }

        return null;
    }

    private static Column? Find(ImmutableArray<Column> columns, string name) =>
        columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal));

    private static ImmutableArray<string> Clustering(Dataset dataset, MaskedSchema schema)
    {
        var surrogates = schema
            .Columns.Where(field => field.Type is ScalarType { Kind: ScalarKind.Uuid })
            .Select(field => field.Name)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. dataset
                .Columns.Where(column => column is { Identifier: not null, Link: Link.Owns })
                .Select(column => column.Name)
                .Where(surrogates.Contains)
                .OrderByDescending(name => string.Equals(name, dataset.Subject?.Identifier, StringComparison.Ordinal))
                .Take(MostClustering),
        ];
    }

    private static ImmutableSortedDictionary<string, string> Labels(Dataset dataset) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [DatasetLabel] = Label(dataset.Name),
            ["governance_contract"] = Label(dataset.ContractId),
            ["governance_owner"] = Label(dataset.OwnerTeam),
        }
            .Where(label => label.Value.Length > 0)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Lower case letters, digits, underscores and hyphens. https://cloud.google.com/bigquery/docs/labels-intro#requirements</summary>
    private static string Label(string text)
    {
        var label = new StringBuilder();
        foreach (var letter in Cut(text, LongestLabel).ToLowerInvariant())
        {
            label.Append(char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_');
        }

        return label.ToString();
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}

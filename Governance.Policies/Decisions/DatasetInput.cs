using System.Runtime.CompilerServices;
using Governance.Masking.Contracts;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Decisions;

/// <summary>A dataset as policies see it: what its contract says of each field that lands. Made once for a contract's version.</summary>
internal sealed class DatasetInput
{
    private static readonly ConditionalWeakTable<Dataset, DatasetInput> Made = [];

    private DatasetInput(Dataset dataset)
    {
        var fields = dataset.Columns.Select(column => (Column: column, Fields: FieldsOf(column).ToArray())).ToArray();
        Name = RegoObject.Of(("name", RegoObject.Text(dataset.Name)), ("owner", RegoObject.Text(dataset.OwnerTeam)));
        Value = RegoObject.Of(
            ("name", RegoObject.Text(dataset.Name)),
            ("contract", RegoObject.Text(dataset.ContractId)),
            ("owner", RegoObject.Text(dataset.OwnerTeam)),
            ("columns", RegoObject.Texts(dataset.Columns.Select(column => column.Name))),
            (
                "fields",
                RegoObject.Of([
                    .. fields.Select(one =>
                        (
                            one.Column.Name,
                            (RegoValue)
                                RegoObject.Of([.. one.Fields.Select(field => (field.Path, Facts(one.Column, field)))])
                        )
                    ),
                ])
            )
        );
        Row = new UnknownRow(
            dataset.Name,
            [
                .. fields
                    .SelectMany(one => one.Fields)
                    // Of what lands as a stand-in a policy cannot ask anything; the items of a list are no column.
                    .Where(field => !field.Path.Contains("[]", StringComparison.Ordinal) && IsLegible(field))
                    .Select(field => new UnknownColumn(field.Path, KindOf(field))),
            ]
        );
    }

    /// <summary>All that is said of it.</summary>
    public ObjectValue Value { get; }

    /// <summary>Its name and its owner alone: what conditions on rows may depend on.</summary>
    public ObjectValue Name { get; }

    /// <summary>Its row, before it is known.</summary>
    public UnknownRow Row { get; }

    public static DatasetInput Of(Dataset dataset) => Made.GetValue(dataset, one => new DatasetInput(one));

    // The places that are masked, or left, each by one rule: below such a place nothing is told apart.
    private static IEnumerable<Column> FieldsOf(Column column) =>
        column.Masking is not null || column.Children.IsEmpty ? [column] : column.Children.SelectMany(FieldsOf);

    private static ObjectValue Facts(Column column, Column field) =>
        RegoObject.Of(
            ("category", RegoObject.Text(field.PrivacyCategory ?? "")),
            ("method", RegoObject.Text(field.Masking?.Method ?? "")),
            ("classification", RegoObject.Text(field.Classification ?? "")),
            ("identifier", RegoObject.Text(field.Identifier ?? "")),
            ("link", RegoObject.Text(field.Link is { } link ? Word(link) : "")),
            // What no contract classifies is taken for personal: no purpose covers the category "".
            ("personal", BoolValue.Of(field.IsPersonal || !field.IsClassified)),
            ("temporal", BoolValue.Of(IsTemporal(field))),
            ("nested", BoolValue.Of(!ReferenceEquals(column, field)))
        );

    private static string Word(Link link) =>
        link switch
        {
            Link.Owns => "owns",
            Link.Shared => "shared",
            _ => "lookup",
        };

    private static bool IsTemporal(Column field) =>
        field.LogicalType is "date" or "timestamp"
        && field.Masking is { } rule
        && (
            rule.Method is "plain" or "dateshift" || (rule.Method is "generalize" && rule.Parameters.ContainsKey("to"))
        );

    private static bool IsLegible(Column field) =>
        field.Masking is { Method: "plain" or "partial" or "generalize" or "dateshift" } && field.Children.IsEmpty;

    private static ColumnKind KindOf(Column field) =>
        field.LogicalType switch
        {
            "number" or "integer" when !field.Masking!.Parameters.ContainsKey("bands") => ColumnKind.Number,
            "boolean" => ColumnKind.Boolean,
            _ => ColumnKind.Text,
        };
}

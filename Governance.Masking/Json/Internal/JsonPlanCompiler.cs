using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;

namespace Governance.Masking.Json.Internal;

/// <summary>Makes the nodes of a plan from the contract alone, and notes every fault.</summary>
internal sealed class JsonPlanCompiler(Dataset dataset, TenantKeys keys)
{
    private readonly List<PlanFault> _faults = [];
    private readonly BatchLayoutBuilder _layout = new(dataset, keys);

    /// <summary>The columns that a compiled plan gathers.</summary>
    public BatchLayout Layout => _layout.Build();

    public ObjectNode Compile()
    {
        var root = new ObjectNode("", Properties(dataset.Columns, repeated: false));
        return _faults.Count == 0 ? root : throw new PlanException(_faults);
    }

    private ImmutableArray<(string Name, JsonNode Node)> Properties(ImmutableArray<Column> columns, bool repeated) =>
        [.. columns.Select(column => (column.Name, Node(column, repeated)))];

    private JsonNode Node(Column column, bool repeated)
    {
        try
        {
            return Compile(column, repeated);
        }
        catch (MaskingRuleException exception)
        {
            return Fault(column, EventFaults.PlanRefused, exception.Message);
        }
    }

    private JsonNode Compile(Column column, bool repeated)
    {
        var method = BatchLayoutBuilder.Method(column);
        if (method is IDropsColumn)
        {
            return new DroppedNode(column.Path, column.Children.IsEmpty ? _layout.Known(column, repeated) : null);
        }

        if (method is not (null or PlainMethod))
        {
            return Masked(column, method, repeated);
        }

        return column.Children switch
        {
            [] => Plain(column, method, repeated),
            [{ Name.Length: 0 } item] => new ArrayNode(column.Path, Node(item, repeated: true)),
            _ => new ObjectNode(column.Path, Properties(column.Children, repeated)),
        };
    }

    private PlainNode Plain(Column column, IMaskingMethod? method, bool repeated)
    {
        if (method is null && (column.IsPersonal || column is { Identifier: not null, Link: not null }))
        {
            return Fault(column, EventFaults.PlanRefused, "it is personal data, and the contract states no masking");
        }

        return column.IsClassified
            ? new PlainNode(column.Path, ColumnTypes.Of(column), _layout.Known(column, repeated))
            : Fault(
                column,
                EventFaults.UnclassifiedField,
                "state a privacyCategory with its masking, or classification: public"
            );
    }

    private JsonNode Masked(Column column, IMaskingMethod method, bool repeated)
    {
        if (method is SurrogateMethod && (column.Identifier is null || column.Link is null))
        {
            return Fault(column, EventFaults.PlanRefused, "the method surrogate wants an identifier and a link");
        }

        var type = ColumnTypes.Of(column);
        return new MaskedNode(
            type,
            type.Kind == ScalarKind.Text && column.Identifier is null ? new WholeShape(column) : null,
            _layout.Masked(column, type, repeated)
        );
    }

    private PlainNode Fault(Column column, string code, string message)
    {
        _faults.Add(new PlanFault(column.Path, code, message));
        return new PlainNode(column.Path, ScalarType.Text, known: null);
    }
}

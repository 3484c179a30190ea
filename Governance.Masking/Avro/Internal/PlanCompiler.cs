using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;

namespace Governance.Masking.Avro.Internal;

/// <summary>Makes the nodes of a plan: walks writer schema and contract side by side and notes every fault.</summary>
internal sealed class PlanCompiler(Dataset dataset, TenantKeys keys)
{
    private readonly List<PlanFault> _faults = [];
    private readonly BatchLayoutBuilder _layout = new(dataset, keys);

    /// <summary>The columns that a compiled plan gathers.</summary>
    public BatchLayout Layout => _layout.Build();

    public RecordNode Compile(RecordSchema record)
    {
        var node = Record(record, "", dataset.Columns, repeated: false);
        return _faults.Count == 0 ? node : throw new PlanException(_faults);
    }

    private RecordNode Record(RecordSchema record, string path, ImmutableArray<Column> columns, bool repeated)
    {
        var fields = ImmutableArray.CreateBuilder<NodeField>();
        foreach (var field in record.Fields)
        {
            var fieldPath = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            var node = Classified(
                field.Schema,
                fieldPath,
                columns.FirstOrDefault(column => Matches(column, field.Name)),
                repeated
            );
            fields.Add(new NodeField(JsonEncodedText.Encode(field.Name), node, IsNullable(field.Schema)));
        }

        return new RecordNode(fields.ToImmutable());
    }

    private PlanNode Classified(Schema schema, string path, Column? column, bool repeated)
    {
        if (column is null)
        {
            return Fault(
                path,
                EventFaults.UnclassifiedField,
                $"no column of dataset {dataset.Name} classifies it: add it to the contract {dataset.ContractId}"
            );
        }

        try
        {
            return Compile(schema, column, repeated);
        }
        catch (Exception exception) when (exception is MaskingRuleException or UnsupportedTypeException)
        {
            return Fault(path, EventFaults.PlanRefused, exception.Message);
        }
    }

    private PlanNode Compile(Schema schema, Column column, bool repeated)
    {
        if (schema is UnionSchema union)
        {
            return Union(union, column, repeated);
        }

        if (Method(column) is IDropsColumn)
        {
            return Dropped(schema, column, repeated);
        }

        if (ScalarCodecs.For(schema) is { } codec)
        {
            return Scalar(codec, column, repeated);
        }

        if (Method(column) is not (null or PlainMethod))
        {
            if (column is { Identifier: not null, Link: not null })
            {
                // Its JSON text would get a row in the vault, as somebody's identifier.
                throw new MaskingRuleException(
                    $"{column.Path} is an identifier, and the writer schema says that it has parts: classify its parts, the identifier among them"
                );
            }

            var treatment = _layout.Masked(column, ScalarType.Text, repeated);
            return new WholeNode(
                RawNodes.For(schema),
                ScalarCodecs.ForMasked(treatment.Masker!.Output, plain: null),
                treatment
            );
        }

        return schema switch
        {
            RecordSchema record => Record(record, column.Path, column.Children, repeated),
            ArraySchema array => Array(array, column),
            MapSchema map => Map(map, column),
            _ => NullNode.Instance,
        };
    }

    private DroppedNode Dropped(Schema schema, Column column, bool repeated) =>
        ScalarCodecs.For(schema) is { } codec && _layout.Known(column, repeated) is { } known
            ? new DroppedNode(new KnownNode(new PlainNode(codec), codec, known))
            : new DroppedNode(RawNodes.For(schema));

    private PlanNode Scalar(ScalarCodec codec, Column column, bool repeated)
    {
        if (!column.Children.IsEmpty)
        {
            return Fault(
                column.Path,
                EventFaults.PlanRefused,
                "the contract says that it has parts, the writer schema says that it has none"
            );
        }

        switch (Method(column))
        {
            case SurrogateMethod when column.Identifier is null || column.Link is null:
                return Fault(
                    column.Path,
                    EventFaults.PlanRefused,
                    "the method surrogate wants an identifier and a link"
                );
            case null when column.IsPersonal || column is { Identifier: not null, Link: not null }:
                return Fault(
                    column.Path,
                    EventFaults.PlanRefused,
                    "it is personal data, and the contract states no masking"
                );
            case null or PlainMethod when !column.IsClassified:
                return Fault(
                    column.Path,
                    EventFaults.UnclassifiedField,
                    "state a privacyCategory with its masking, or classification: public"
                );
            case null or PlainMethod:
                return _layout.Known(column, repeated) is { } known
                    ? new KnownNode(new PlainNode(codec), codec, known)
                    : new PlainNode(codec);
            default:
                var treatment = _layout.Masked(column, codec.Type, repeated);
                return new MaskedNode(codec, ScalarCodecs.ForMasked(treatment.Masker!.Output, codec), treatment);
        }
    }

    private ArrayNode Array(ArraySchema array, Column column) =>
        new(
            Classified(array.ItemSchema, $"{column.Path}[]", column.Children.FirstOrDefault(), repeated: true),
            IsNullable(array.ItemSchema)
        );

    private PlanNode Map(MapSchema map, Column column)
    {
        if (column.Children.IsEmpty)
        {
            return Fault(
                column.Path,
                EventFaults.UnclassifiedField,
                "a map wants its keys listed as properties, or a method that masks it whole (seal, redact, drop)"
            );
        }

        var nodes = column.Children.ToFrozenDictionary(
            key => key.Name,
            key => Classified(map.ValueSchema, key.Path, key, repeated: true),
            StringComparer.Ordinal
        );
        var types = nodes.Values.Select(node => node.Output).OfType<MaskedType>().Distinct().ToArray();
        if (types.Length > 1)
        {
            return Fault(
                column.Path,
                EventFaults.PlanRefused,
                "its keys are masked to values of several types, which one map cannot hold: use methods that give one type"
            );
        }

        // One type in the warehouse can be two in Avro: an enum's symbol and a string.
        if (
            nodes
                .Values.Where(node => !node.IsDropped)
                .Select(node => MaskedAvroSchemas.Derive(map.ValueSchema, node))
                .Distinct(StringComparer.Ordinal)
                .Count() > 1
        )
        {
            return Fault(
                column.Path,
                EventFaults.PlanRefused,
                "some of its keys are masked and others are not, and one Avro type cannot hold both: mask all of them, or none"
            );
        }

        return new MapNode(column.Path, nodes, anyKey: null, types.SingleOrDefault(), IsNullable(map.ValueSchema));
    }

    private PlanNode Union(UnionSchema union, Column column, bool repeated)
    {
        var values = union.Schemas.Where(branch => branch.Tag != Schema.Type.Null).ToArray();
        if (values.Length == 0)
        {
            return NullNode.Instance;
        }

        if (Method(column) is IDropsColumn)
        {
            return new DroppedNode(
                new UnionNode(
                    [.. union.Schemas.Select(branch => Dropped(branch, column, repeated))],
                    output: null,
                    [.. Enumerable.Range(0, union.Schemas.Count)]
                )
            );
        }

        var keepsShape = values.Length > 1 && Method(column) is (null or PlainMethod);
        var branches = union
            .Schemas.Select(branch =>
                branch.Tag == Schema.Type.Null ? NullNode.Instance
                : keepsShape ? new BranchNode(BranchName(branch), Compile(branch, column, repeated))
                : Compile(branch, column, repeated)
            )
            .ToImmutableArray();
        var outputs = branches.Where(branch => branch is not NullNode).ToArray();
        if (keepsShape)
        {
            var fields = outputs.Select(
                (branch, index) => new MaskedField(BranchName(values[index]).Value, branch.Output!, Nullable: true)
            );
            return outputs.Any(branch => branch.Output is null)
                ? Fault(
                    column.Path,
                    EventFaults.PlanRefused,
                    "a branch of its union keeps nothing: mask the column whole, or drop it"
                )
                : new UnionNode(branches, new StructType([.. fields]), [.. Enumerable.Range(0, branches.Length)]);
        }

        var types = outputs.Select(branch => branch.Output).Distinct().ToArray();
        return types.Length == 1
            ? new UnionNode(branches, types[0], Merged(union))
            : Fault(
                column.Path,
                EventFaults.PlanRefused,
                $"the branches of its union are masked to different types by {column.Masking!.Method}: use seal or redact"
            );
    }

    // The branches with values are masked to one type, and stand where the first of them stood.
    private static ImmutableArray<int> Merged(UnionSchema union)
    {
        var ofNull = -1;
        var ofValues = -1;
        var count = 0;
        return
        [
            .. union.Schemas.Select(branch =>
                branch.Tag == Schema.Type.Null ? (ofNull < 0 ? ofNull = count++ : ofNull)
                : ofValues < 0 ? ofValues = count++
                : ofValues
            ),
        ];
    }

    private static IMaskingMethod? Method(Column column) => BatchLayoutBuilder.Method(column);

    private NullNode Fault(string path, string code, string message)
    {
        _faults.Add(new PlanFault(path, code, message));
        return NullNode.Instance;
    }

    private static bool Matches(Column column, string name) =>
        string.Equals(column.Name, name, StringComparison.Ordinal);

    private static bool IsNullable(Schema schema) =>
        schema.Tag == Schema.Type.Null
        || (schema is UnionSchema union && union.Schemas.Any(branch => branch.Tag == Schema.Type.Null));

    private static JsonEncodedText BranchName(Schema branch) =>
        JsonEncodedText.Encode($"{(branch is LogicalSchema logical ? logical.BaseSchema : branch).Name}_value");
}

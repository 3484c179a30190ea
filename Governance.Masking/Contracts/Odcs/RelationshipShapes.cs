using Governance.Masking.Contracts.Yaml;
using static Governance.Masking.Contracts.Odcs.Shapes;

namespace Governance.Masking.Contracts.Odcs;

/// <summary>Foreign keys, as a property or a schema object states them.</summary>
internal static class RelationshipShapes
{
    private static readonly TextShape Reference = new(
        Forms.IsReference,
        "'dataset.column', or 'schema/<id>/properties/<id>'"
    );

    private static readonly ChoiceShape References = new(node =>
        node is DocList ? new ListShape(Reference, least: 1) : Reference
    );

    private static readonly (string, Shape)[] Keys =
    [
        ("type", Shapes.Words("foreignKey")),
        ("to", References),
        ("customProperties", CommonShapes.CustomProperties),
    ];

    /// <summary>Of a property: it is itself where the key starts.</summary>
    public static Shape OfProperty { get; } = Closed(["to"], Keys);

    /// <summary>Of a schema object.</summary>
    public static Shape OfSchema { get; } =
        new MapShape(Table([.. Keys, ("from", References)]), ["from", "to"], also: CheckBothKinds);

    private static void CheckBothKinds(DocMap map, string path, FaultList faults)
    {
        if (map.Find("from") is { } from && map.Find("to") is { } to && from is DocList != to is DocList)
        {
            faults.Add(
                to,
                DocPath.Key(path, "to"),
                FaultCodes.WrongKind,
                "'from' and 'to' must both be text, or both be lists."
            );
        }
    }
}

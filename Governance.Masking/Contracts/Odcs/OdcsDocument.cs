using Governance.Masking.Contracts.Yaml;
using static Governance.Masking.Contracts.Odcs.Shapes;

namespace Governance.Masking.Contracts.Odcs;

/// <summary>
/// The Open Data Contract Standard v3.1.0 as tables of keys, after its published JSON Schema: what that schema refuses is
/// a fault here, with line and path. Tests hold the two against each other.
/// </summary>
internal static class OdcsDocument
{
    private static readonly Shape TeamMember = Closed(
        ["username"],
        ("id", StableId),
        ("username", Text),
        ("name", Text),
        ("description", Text),
        ("role", Text),
        ("dateIn", Date),
        ("dateOut", Date),
        ("replacedByUsername", Text),
        ("tags", ListOf(Text)),
        ("customProperties", CommonShapes.CustomProperties),
        ("authoritativeDefinitions", CommonShapes.AuthoritativeDefinitions)
    );

    private static readonly Shape Members = ListOf(TeamMember);

    private static readonly Shape Team = Closed(
        [],
        ("id", StableId),
        ("name", Text),
        ("description", Text),
        ("members", Members),
        ("tags", ListOf(Text)),
        ("customProperties", CommonShapes.CustomProperties),
        ("authoritativeDefinitions", CommonShapes.AuthoritativeDefinitions)
    );

    private static readonly MapShape Server = new(
        Table(
            ("id", StableId),
            ("server", Text),
            ("type", Shapes.Words(ServerShapes.Types)),
            ("description", Text),
            ("environment", Text),
            ("roles", CommonShapes.Roles),
            ("customProperties", CommonShapes.CustomProperties)
        ),
        ["server", "type"],
        more: map => ServerShapes.For(map.Text("type"))
    );

    private static readonly MapShape Description = new(
        Table(
            ("usage", Text),
            ("purpose", Text),
            ("limitations", Text),
            ("authoritativeDefinitions", CommonShapes.AuthoritativeDefinitions),
            ("customProperties", CommonShapes.CustomProperties)
        ),
        open: true
    );

    private static readonly Shape SupportItem = Closed(
        ["channel"],
        ("id", StableId),
        ("channel", Text),
        ("url", Text),
        ("description", Text),
        ("tool", Text),
        ("scope", Text),
        ("invitationUrl", Text),
        ("customProperties", CommonShapes.CustomProperties)
    );

    private static readonly Shape ServiceLevel = Closed(
        ["property", "value"],
        ("id", StableId),
        ("property", Text),
        ("value", OneValue),
        ("valueExt", OneValue),
        ("unit", Text),
        ("element", Text),
        ("driver", Text),
        ("description", Text),
        ("scheduler", Text),
        ("schedule", Text)
    );

    /// <summary>The whole document.</summary>
    public static Shape Shape { get; } =
        Closed(
            ["version", "apiVersion", "kind", "id", "status"],
            ("version", Text),
            ("kind", Shapes.Words("DataContract")),
            ("apiVersion", Shapes.Words("v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0", "v2.2.2", "v2.2.1", "v2.2.0")),
            ("id", Text),
            ("name", Text),
            ("tenant", Text),
            ("tags", ListOf(Text)),
            ("status", Text),
            ("servers", ListOf(Server)),
            ("dataProduct", Text),
            ("description", Description),
            ("domain", Text),
            ("schema", ListOf(PropertyShapes.SchemaObject)),
            ("support", ListOf(SupportItem)),
            (
                "price",
                Closed([], ("id", StableId), ("priceAmount", Number), ("priceCurrency", Text), ("priceUnit", Text))
            ),
            ("team", new ChoiceShape(node => node is DocList ? Members : Team)),
            ("roles", CommonShapes.Roles),
            ("slaDefaultElement", Text),
            ("slaProperties", ListOf(ServiceLevel)),
            ("authoritativeDefinitions", CommonShapes.AuthoritativeDefinitions),
            ("customProperties", CommonShapes.CustomProperties),
            ("contractCreatedTs", Moment)
        );
}

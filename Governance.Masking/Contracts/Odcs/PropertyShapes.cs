using System.Collections.Frozen;
using Governance.Masking.Contracts.Yaml;
using static Governance.Masking.Contracts.Odcs.Shapes;

namespace Governance.Masking.Contracts.Odcs;

/// <summary>Schema objects and their properties.</summary>
internal static class PropertyShapes
{
    private static readonly (string Key, Shape Shape)[] Element =
    [
        ("id", StableId),
        ("name", Text),
        ("physicalType", Text),
        ("description", Text),
        ("businessName", Text),
        ("authoritativeDefinitions", CommonShapes.AuthoritativeDefinitions),
        ("tags", ListOf(Text)),
        ("customProperties", CommonShapes.CustomProperties),
        ("quality", QualityShapes.Checks),
        ("physicalName", Text),
    ];

    private static readonly FrozenDictionary<string, MapShape> Options = new Dictionary<string, MapShape>(
        StringComparer.Ordinal
    )
    {
        ["string"] = Map(("minLength", Count), ("maxLength", Count), ("pattern", Text), ("format", Text)),
        ["date"] = Map(
            ("format", Text),
            ("exclusiveMaximum", Text),
            ("maximum", Text),
            ("exclusiveMinimum", Text),
            ("minimum", Text)
        ),
        ["timestamp"] = Instant(),
        ["time"] = Instant(),
        ["integer"] = Numeric("i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128"),
        ["number"] = Numeric("f32", "f64"),
        ["object"] = Map(
            ("maxProperties", Count),
            ("minProperties", Count),
            ("required", new ListShape(Text, least: 1, distinct: true))
        ),
        ["array"] = Map(("maxItems", Count), ("minItems", Count), ("uniqueItems", Flag)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] LogicalTypes =
    [
        "string",
        "date",
        "timestamp",
        "time",
        "number",
        "integer",
        "object",
        "array",
        "boolean",
    ];

    // Without a logicalType, or with an unknown one, the schema's conditions give these keys no options to hold.
    private static readonly MapShape NoOptions = Map();
    private static readonly MapShape AnyOptions = new(Table(), open: true);

    private static readonly MapShape OfObject = Map(("properties", new ChoiceShape(_ => Properties!)));
    private static readonly MapShape OfArray = Map(("items", new ChoiceShape(_ => Item!)));
    private static readonly MapShape OfBoth = Map(
        ("properties", new ChoiceShape(_ => Properties!)),
        ("items", new ChoiceShape(_ => Item!))
    );

    private static readonly Dictionary<string, Shape> PropertyKeys = Table([
        .. Element,
        ("primaryKey", Flag),
        ("primaryKeyPosition", Integer),
        ("logicalType", Shapes.Words(LogicalTypes)),
        ("logicalTypeOptions", new MapShape(Table(), open: true)),
        ("required", Flag),
        ("unique", Flag),
        ("partitioned", Flag),
        ("partitionKeyPosition", Integer),
        ("classification", Text),
        ("encryptedName", Text),
        ("transformSourceObjects", ListOf(Text)),
        ("transformLogic", Text),
        ("transformDescription", Text),
        ("examples", ListOf(Any)),
        ("criticalDataElement", Flag),
        ("relationships", ListOf(RelationshipShapes.OfProperty)),
    ]);

    private static readonly MapShape Item = new(PropertyKeys, more: Nested, also: CheckOptions);

    private static readonly ListShape Properties = new(
        new MapShape(PropertyKeys, ["name"], more: Nested, also: CheckOptions)
    );

    /// <summary>A schema object.</summary>
    public static Shape SchemaObject { get; } =
        new MapShape(
            Table([
                .. Element,
                ("logicalType", Shapes.Words("object")),
                ("dataGranularityDescription", Text),
                ("properties", Properties),
                ("relationships", ListOf(RelationshipShapes.OfSchema)),
            ]),
            ["name"]
        );

    private static MapShape? Nested(DocMap map) =>
        map.Find("logicalType") is not DocScalar { Value: var type } ? OfBoth
        : type == "object" ? OfObject
        : type == "array" ? OfArray
        : LogicalTypes.Contains(type, StringComparer.Ordinal) ? null
        : OfBoth;

    private static void CheckOptions(DocMap map, string path, FaultList faults)
    {
        if (map.Find("logicalTypeOptions") is not DocMap options)
        {
            return;
        }

        var shape = map.Text("logicalType") switch
        {
            null => NoOptions,
            var type => Options.GetValueOrDefault(type, AnyOptions),
        };
        shape.Check(options, DocPath.Key(path, "logicalTypeOptions"), faults);
    }

    private static MapShape Map(params (string Key, Shape Shape)[] keys) => new(Table(keys));

    private static MapShape Instant() =>
        Map(
            ("format", Text),
            ("exclusiveMaximum", Text),
            ("maximum", Text),
            ("exclusiveMinimum", Text),
            ("minimum", Text),
            ("timezone", Flag),
            ("defaultTimezone", Text)
        );

    private static MapShape Numeric(params string[] formats) =>
        Map(
            ("multipleOf", Positive),
            ("maximum", Number),
            ("exclusiveMaximum", Number),
            ("minimum", Number),
            ("exclusiveMinimum", Number),
            ("format", Shapes.Words(formats))
        );
}

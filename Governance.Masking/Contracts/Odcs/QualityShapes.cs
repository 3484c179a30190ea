using Governance.Masking.Contracts.Yaml;
using static Governance.Masking.Contracts.Odcs.Shapes;

namespace Governance.Masking.Contracts.Odcs;

/// <summary>Data quality checks: their keys depend on their type.</summary>
internal static class QualityShapes
{
    private static readonly ListShape Pair = new(Number, least: 2, most: 2, distinct: true);

    private static readonly (string Key, Shape Shape)[] Operators =
    [
        ("mustBe", Any),
        ("mustNotBe", Any),
        ("mustBeGreaterThan", Number),
        ("mustBeGreaterOrEqualTo", Number),
        ("mustBeLessThan", Number),
        ("mustBeLessOrEqualTo", Number),
        ("mustBeBetween", Pair),
        ("mustNotBeBetween", Pair),
    ];

    private static readonly (string Key, Shape Shape)[] LibraryKeys =
    [
        .. Operators,
        ("metric", Shapes.Words("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")),
        ("rule", Text),
        ("arguments", new MapShape(Table(), open: true)),
    ];

    private static readonly MapShape Library = new(Table(LibraryKeys), ["metric"]);

    private static readonly MapShape Sql = new(Table([.. Operators, ("query", Text)]), ["query"]);

    private static readonly MapShape SqlWithMetric = new(Table([.. LibraryKeys, ("query", Text)]), ["metric", "query"]);

    private static readonly MapShape CustomWithMetric = new(
        Table([.. LibraryKeys, ("engine", Text), ("implementation", Implementation())]),
        ["metric", "engine", "implementation"]
    );

    private static readonly MapShape Custom = new(
        Table(("engine", Text), ("implementation", Implementation())),
        ["engine", "implementation"]
    );

    /// <summary>A list of checks.</summary>
    public static Shape Checks { get; } =
        ListOf(
            new MapShape(
                Table(
                    ("id", StableId),
                    ("authoritativeDefinitions", CommonShapes.AuthoritativeDefinitions),
                    ("businessImpact", Text),
                    ("customProperties", CommonShapes.CustomProperties),
                    ("description", Text),
                    (
                        "dimension",
                        Shapes.Words(
                            "accuracy",
                            "completeness",
                            "conformity",
                            "consistency",
                            "coverage",
                            "timeliness",
                            "uniqueness"
                        )
                    ),
                    ("method", Text),
                    ("name", Text),
                    ("schedule", Text),
                    ("scheduler", Text),
                    ("severity", Text),
                    ("tags", ListOf(Text)),
                    ("type", Shapes.Words("text", "library", "sql", "custom")),
                    ("unit", Text)
                ),
                more: ByType,
                also: CheckOperators
            )
        );

    private static ChoiceShape Implementation() =>
        new ChoiceShape(node => node is DocMap ? new MapShape(Table(), open: true) : Text);

    private static MapShape? ByType(DocMap map) =>
        (map.Text("type"), map.Find("metric") is DocScalar { Type: DocType.Text }) switch
        {
            ("sql", true) => SqlWithMetric,
            ("sql", false) => Sql,
            ("custom", true) => CustomWithMetric,
            ("custom", false) => Custom,
            ("library", _) or (_, true) => Library,
            _ => null,
        };

    private static void CheckOperators(DocMap map, string path, FaultList faults)
    {
        var keys = ByType(map);
        if (keys is null || ReferenceEquals(keys, Custom))
        {
            return;
        }

        var count = Operators.Count(pair => map.Has(pair.Key));
        if (count != 1)
        {
            faults.Add(
                map,
                path,
                FaultCodes.BadValue,
                "A check states exactly one of: " + Yaml.Words.List(Operators.Select(pair => pair.Key)) + "."
            );
        }
    }
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace Governance.Tests.Avro.Differential;

/// <summary>
/// Random record schemas: every type, logical types, nested and repeated, named types used again, defaults. The first field is the
/// subject's identifier.
/// </summary>
/// <param name="dice">Chooses.</param>
/// <param name="size">About how many types.</param>
/// <param name="allPlain">
/// Whether a contract can leave every part as it is: no union of single values and composites, no field that is null and nothing else (it has
/// no column).
/// </param>
internal sealed class RandomSchema(Dice dice, int size, bool allPlain)
{
    private const int DeepestLevel = 3;

    private readonly List<Part> _named = [];
    private int _names;
    private int _budget = size;

    public Part Make()
    {
        var id = dice.OnceIn(4) ? Union(Null, Simple("string")) : Simple("string");
        var parts = new List<PartField> { new("id", id) };
        var fields = 1 + (_budget / 4);
        for (var index = 0; index < fields; index++)
        {
            parts.Add(Field(index, level: 0));
        }

        return new Part
        {
            Kind = "record",
            Name = "tests.Root",
            Fields = [.. parts],
        };
    }

    private static Part Null { get; } = Simple("null");

    private static Part Simple(string kind, string? logical = null) => new() { Kind = kind, Logical = logical };

    private static Part Union(params Part[] branches) => new() { Kind = "union", Branches = branches };

    private PartField Field(int index, int level)
    {
        var type = Type(level);
        var name = string.Create(CultureInfo.InvariantCulture, $"f{index}");
        return dice.OnceIn(3) && Default(type, out var value)
            ? new PartField(name, type, HasDefault: true, value)
            : new PartField(name, type);
    }

    private static bool Default(Part type, out JsonNode? value)
    {
        value = null;
        switch (type.Kind)
        {
            case "union" when type.Branches[0].IsNull:
                return true;
            case "string" when type.Logical is null:
                value = "by default";
                return true;
            case "int" or "long":
                value = 7;
                return true;
            case "boolean":
                value = true;
                return true;
            case "array":
                value = new JsonArray();
                return true;
            case "map":
                value = new JsonObject();
                return true;
            case "enum":
                value = type.Symbols[0];
                return true;
            default:
                return false;
        }
    }

    private Part Type(int level)
    {
        _budget--;
        if (level >= DeepestLevel || _budget <= 0)
        {
            return Scalar();
        }

        switch (dice.Below(10))
        {
            case 0:
                return Record(level);
            case 1:
                return new Part { Kind = "array", Item = NotNull(level) };
            case 2:
                return new Part { Kind = "map", Item = NotNull(level) };
            case 3:
                return dice.OnceIn(2) ? Union(Null, Plain(level)) : Union(Plain(level), Null);
            case 4:
                return Scalars();
            case 5 when !allPlain && dice.OnceIn(2):
                return Mixed(level);
            case 6 when _named.Count > 0:
                return _named[dice.Below(_named.Count)];
            case 7 when !allPlain && dice.OnceIn(6):
                return Null;
            default:
                return Scalar();
        }
    }

    private Part NotNull(int level)
    {
        Part type;
        do
        {
            type = Type(level + 1);
        } while (type.IsNull);

        return type;
    }

    // Neither null nor a union: what a branch may be.
    private Part Plain(int level)
    {
        Part type;
        do
        {
            type = Type(level + 1);
        } while (type.Kind is "null" or "union");

        return type;
    }

    private Part Record(int level)
    {
        var fields = Enumerable.Range(0, 1 + dice.Below(4)).Select(index => Field(index, level + 1)).ToArray();
        return Named(
            new Part
            {
                Kind = "record",
                Name = NextName(),
                Fields = fields,
            }
        );
    }

    // Several single values, each of another Avro type, with or without null among them.
    private Part Scalars()
    {
        var branches = new List<Part>();
        for (var index = 0; index < 2 + dice.Below(3); index++)
        {
            var next = Scalar();
            if (branches.All(branch => TypeName(branch) != TypeName(next)))
            {
                branches.Add(next);
            }
        }

        if (!dice.OnceIn(3))
        {
            branches.Insert(dice.Below(branches.Count + 1), Null);
        }

        return Union([.. branches]);
    }

    // Single values and composites.
    private Part Mixed(int level) =>
        Union(
            Null,
            Scalar(),
            dice.Below(3) switch
            {
                0 => Record(level),
                1 => new Part { Kind = "array", Item = Scalar() },
                _ => new Part { Kind = "map", Item = Scalar() },
            }
        );

    private static string TypeName(Part part) => part.Name.Length > 0 ? part.Name : part.Kind;

    private Part Scalar() =>
        dice.Below(24) switch
        {
            0 => Simple("boolean"),
            1 => Simple("int"),
            2 => Simple("long"),
            3 => Simple("float"),
            4 => Simple("double"),
            5 => Simple("bytes"),
            6 => Named(
                new Part
                {
                    Kind = "fixed",
                    Name = NextName(),
                    Size = 1 + dice.Below(12),
                }
            ),
            7 => Named(
                new Part
                {
                    Kind = "enum",
                    Name = NextName(),
                    Symbols = ["RED", "GREEN", "BLUE_2"],
                }
            ),
            8 => Simple("int", "date"),
            9 => Simple("int", "time-millis"),
            10 => Simple("long", "time-micros"),
            11 => Simple("long", "timestamp-millis"),
            12 => Simple("long", "timestamp-micros"),
            13 => Simple("long", "local-timestamp-millis"),
            14 => Simple("long", "local-timestamp-micros"),
            15 => Decimal("bytes", 1 + dice.Below(30), ""),
            // Not used again by its name: Apache's library, which reads schemas for the plan too, then takes it for a plain fixed.
            16 => Decimal("fixed", 1 + dice.Below(18), NextName()),
            17 => Simple("string", "uuid"),
            _ => Simple("string"),
        };

    private Part Decimal(string kind, int precision, string name) =>
        new()
        {
            Kind = kind,
            Name = name,
            Logical = "decimal",
            Precision = precision,
            Scale = dice.Below(precision + 1),
            Size = kind == "fixed" ? 9 : 0,
        };

    private Part Named(Part part)
    {
        _named.Add(part);
        return part;
    }

    private string NextName() =>
        string.Create(CultureInfo.InvariantCulture, $"{(dice.OnceIn(3) ? "other" : "tests")}.N{_names++}");
}

using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Governance.Masking.Contracts.Odcs;
using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads the columns of one dataset, and what each says of its foreign keys.</summary>
internal sealed partial class ColumnReader(MaskingRules masking, FaultList faults)
{
    private static readonly string[] Links = ["owns", "shared", "lookup"];

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>All columns, parents first.</summary>
    public List<ColumnDraft> Drafts { get; } = [];

    /// <summary>Foreign keys that columns state.</summary>
    public List<RelationshipDraft> Relationships { get; } = [];

    /// <summary>Paths of columns by what references call them.</summary>
    public IReadOnlyDictionary<string, string> Names => _names;

    /// <summary>Reads a list of properties.</summary>
    public ImmutableArray<Column> ReadList(DocNode? node, string docPath, ColumnPlace place)
    {
        if (node is not DocList list)
        {
            return [];
        }

        var columns = ImmutableArray.CreateBuilder<Column>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < list.Items.Count; i++)
        {
            var path = DocPath.Item(docPath, i);
            if (list.Items[i] is not DocMap map || ReadName(map, path, place) is not { } name)
            {
                continue;
            }

            if (!seen.Add(name))
            {
                faults.Add(
                    map,
                    path,
                    FaultCodes.DuplicateColumn,
                    $"There is a column '{name}' beside this one already (case does not tell them apart in a warehouse). Remove or rename one."
                );
            }

            columns.Add(Read(map, path, name, place));
        }

        return columns.ToImmutable();
    }

    private static string Join(string parent, string name, char by) =>
        parent.Length == 0 ? name : $"{parent}{by}{name}";

    private string? ReadName(DocMap map, string docPath, ColumnPlace place)
    {
        var key = map.Text("physicalName") is null ? "name" : "physicalName";
        if (map.Text(key) is not { } name)
        {
            return null;
        }

        if (!(place.InMap ? MapKey() : FieldName()).IsMatch(name))
        {
            faults.Add(
                map.Find(key)!,
                DocPath.Key(docPath, key),
                FaultCodes.BadName,
                $"{Words.Quote(name)} cannot be a column. Use letters, digits and '_', not starting with a digit; at most 128."
            );
            return FieldName().IsMatch(name) ? name : "_";
        }

        return name;
    }

    private Column Read(DocMap map, string docPath, string name, ColumnPlace place)
    {
        var path = name.Length == 0 ? place.Path + "[]" : Join(place.Path, name, '.');
        var references =
            name.Length == 0
                ? Join(place.References, "items", '/')
                : Join(place.References, map.Text("id") ?? map.Text("name") ?? name, '/');
        Register(map, path, references, place);
        var custom = CustomProperties.Read(map, docPath, PrivacyProperties.OfColumns, faults);
        var facts = ReadFacts(map, docPath, name, path, custom);
        var erasure = custom.Find(PrivacyProperties.OnErasure) is var (rule, rulePath)
            ? ErasureRules.Read(rule, rulePath, faults)
            : null;
        var at = Spot.Of(map, docPath);
        var index = Drafts.Count;
        Drafts.Add(null!);
        var children = ReadChildren(
            facts,
            new ColumnPlace(
                path,
                references,
                place.InWhole || (facts.IsComposite && facts.MaskingAt is not null),
                map.Text("physicalType") == "map"
            )
        );
        ColumnRules.Check(facts, !children.IsEmpty, place, faults);
        var column = new Column(
            name,
            path,
            map.Text("logicalType"),
            map.Text("description") ?? "",
            map.Text("classification"),
            facts.Category,
            facts.Identifier,
            facts.Link,
            RuleOf(facts, place),
            erasure,
            children
        );
        if (facts.Rule is { } stated && facts.MaskingAt is var (node, maskingPath))
        {
            masking.Validate(stated, Mended(column, stated), Spot.Of(node, maskingPath), faults);
            Drafts[index] = new ColumnDraft(column, at, Spot.Of(node, maskingPath));
        }
        else
        {
            Drafts[index] = new ColumnDraft(column, at, at);
        }

        ReadRelationships(map, docPath, path);
        return column;
    }

    // What ColumnRules has said of an identifier or a category, a method need not say again of its parameters.
    private static Column Mended(Column column, MaskingRule rule) =>
        column with
        {
            Identifier = rule.Method switch
            {
                "plain" => null,
                "surrogate" => column.Identifier ?? "mended",
                _ => column.Identifier,
            },
            PrivacyCategory = column.IsClassified ? column.PrivacyCategory : "user",
        };

    // A column that is not personal and states no rule is passed on as it is, and the model says so.
    private static MaskingRule? RuleOf(ColumnFacts facts, ColumnPlace place) =>
        place.InWhole ? null
        : facts.Rule is not null ? facts.Rule
        : facts is { IsComposite: false, MaskingAt: null, IsPersonal: false, IsClassified: true, IdentifierAt: null }
            ? new MaskingRule("plain", ImmutableDictionary<string, string>.Empty)
        : null;

    private void Register(DocMap map, string path, string references, ColumnPlace place)
    {
        _names.TryAdd(references, path);
        if (place.Path.Length == 0)
        {
            foreach (var key in new[] { "name", "physicalName" })
            {
                if (map.Text(key) is { } name)
                {
                    _names.TryAdd(name, path);
                }
            }
        }
    }

    private ColumnFacts ReadFacts(DocMap map, string docPath, string name, string path, CustomProperties custom)
    {
        var type = map.Text("logicalType");
        var identifierAt = custom.Find(PrivacyProperties.Identifier);
        var linkAt = custom.Find(PrivacyProperties.Link);
        var maskingAt = custom.Find(PrivacyProperties.Masking);
        return new ColumnFacts(
            map,
            docPath,
            name,
            path,
            type is "object" or "array" || map.Has("properties") || map.Has("items"),
            map.Text("classification") == "public",
            ReadCategory(custom.Find(PrivacyProperties.PrivacyCategory)),
            ReadIdentifier(identifierAt),
            ReadLink(linkAt),
            identifierAt,
            linkAt,
            maskingAt,
            maskingAt is var (node, at) ? masking.Read(node, at, faults) : null
        );
    }

    private ImmutableArray<Column> ReadChildren(ColumnFacts facts, ColumnPlace place)
    {
        var fields = ReadList(facts.Node.Find("properties"), DocPath.Key(facts.DocPath, "properties"), place);
        return facts.Node.Find("items") is DocMap item
            ? fields.Add(Read(item, DocPath.Key(facts.DocPath, "items"), "", place))
            : fields;
    }

    private string? ReadCategory((DocNode Value, string Path)? at)
    {
        if (at is not var (node, path))
        {
            return null;
        }

        var key = (node as DocScalar)?.Value;
        if (key is null || !PrivacyCategories.IsKnown(key))
        {
            var near = key is null ? null : PrivacyCategories.Nearest(key);
            faults.Add(
                node,
                path,
                FaultCodes.UnknownCategory,
                (key is null ? "A category is text." : $"Fideslang has no category {Words.Quote(key)}.")
                    + (
                        near is null
                            ? " Write one of its keys, such as user.contact.email."
                            : $" Did you mean '{near}'?"
                    )
            );
        }

        return key ?? "user";
    }

    private string? ReadIdentifier((DocNode Value, string Path)? at)
    {
        if (at is not var (node, path))
        {
            return null;
        }

        if (node is DocScalar { Type: DocType.Text } domain && Domain().IsMatch(domain.Value))
        {
            return domain.Value;
        }

        faults.Add(
            node,
            path,
            FaultCodes.BadIdentifier,
            "An identifier domain is a word of lower-case letters, digits and '_', such as customer_id; at most 64."
        );
        return null;
    }

    private Link? ReadLink((DocNode Value, string Path)? at)
    {
        if (at is not var (node, path))
        {
            return null;
        }

        switch ((node as DocScalar)?.Value)
        {
            case "owns":
                return Link.Owns;
            case "shared":
                return Link.Shared;
            case "lookup":
                return Link.Lookup;
            case var word:
                faults.Add(
                    node,
                    path,
                    FaultCodes.UnknownLink,
                    $"{(word is null ? "This" : Words.Quote(word))} is not one of: {Words.List(Links)}.{Words.DidYouMean(word ?? "", Links)}"
                );
                return null;
        }
    }

    private void ReadRelationships(DocMap map, string docPath, string path)
    {
        if (map.Find("relationships") is not DocList list)
        {
            return;
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            var at = DocPath.Item(DocPath.Key(docPath, "relationships"), i);
            if (list.Items[i] is not DocMap relationship)
            {
                continue;
            }

            foreach (var (to, spot) in References.Read(relationship, "to", at))
            {
                Relationships.Add(new RelationshipDraft(path, FromIsPath: true, spot, to, spot));
            }
        }
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FieldName();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,128}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MapKey();

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,63}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Domain();
}

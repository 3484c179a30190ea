using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Governance.Masking.Contracts.Yaml;
using Governance.Masking.Methods;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads <c>delivery</c>: a way out, or a mapping with the ways, the masked topic, and what masks keys and headers.</summary>
internal sealed partial class DeliveryReader(ImmutableArray<Column> columns, string topic, FaultList faults)
{
    private static readonly string[] Ways = ["warehouse", "topic"];
    private static readonly string[] Keys = ["to", "topic", "key", "headers"];
    private static readonly string[] KeyKeys = ["column", "identifier", "link", "classification"];
    private static readonly string[] HeaderKeys = ["name", "column", "identifier", "link", "drop"];

    /// <summary>The delivery; what cannot be read is a fault.</summary>
    public Delivery Read(DocNode value, string path)
    {
        if (value is DocScalar or DocList)
        {
            var (warehouse, masked) = ReadWays(value, path);
            return new Delivery(warehouse, masked, null, null, []);
        }

        var map = (DocMap)value;
        CheckKeys(map, path, Keys, "A delivery");
        var toPath = DocPath.Key(path, "to");
        var (toWarehouse, toTopic) = map.Find("to") is { } to ? ReadWays(to, toPath) : (true, false);
        var name = ReadTopic(map, path);
        if (toTopic && string.Equals(name ?? $"{topic}.masked", topic, StringComparison.Ordinal))
        {
            Add(
                map.Find("topic")!,
                DocPath.Key(path, "topic"),
                "The masked topic is the plain one: what is masked would be masked again, for ever. Name another."
            );
        }

        var key = map.Find("key") is { } keyNode ? ReadKey(keyNode, DocPath.Key(path, "key")) : null;
        var headers = ReadHeaders(map.Find("headers"), DocPath.Key(path, "headers"));
        if (!toTopic && (map.Has("topic") || map.Has("key") || map.Has("headers")))
        {
            Add(
                map,
                path,
                "Topic, key and headers belong to a masked topic, and none is written. Add 'topic' to 'to', or remove them: keys and headers do not reach the warehouse."
            );
        }

        return new Delivery(toWarehouse, toTopic, name, key, headers);
    }

    private (bool Warehouse, bool Topic) ReadWays(DocNode node, string path)
    {
        var items = node is DocList list ? [.. list.Items] : new[] { node };
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Length; i++)
        {
            var at = node is DocList ? DocPath.Item(path, i) : path;
            if (
                items[i] is not DocScalar { Type: DocType.Text } word
                || !Ways.Contains(word.Value, StringComparer.Ordinal)
            )
            {
                var said = (items[i] as DocScalar)?.Value ?? "";
                Add(
                    items[i],
                    at,
                    $"{(said.Length == 0 ? "This" : Words.Quote(said))} is no way out. Allowed are: {Words.List(Ways)}, or a list of both.{Words.DidYouMean(said, Ways)}"
                );
            }
            else if (!found.Add(word.Value))
            {
                Add(items[i], at, $"'{word.Value}' is stated twice. Remove one.");
            }
        }

        if (items.Length == 0)
        {
            Add(node, path, $"It names no way out. Allowed are: {Words.List(Ways)}, or a list of both.");
        }

        return (found.Contains("warehouse"), found.Contains("topic"));
    }

    private string? ReadTopic(DocMap map, string path)
    {
        if (map.Find("topic") is not { } node)
        {
            return null;
        }

        if (node is DocScalar { Type: DocType.Text } name && TopicName().IsMatch(name.Value))
        {
            return name.Value;
        }

        Add(
            node,
            DocPath.Key(path, "topic"),
            "This cannot be a Kafka topic. Use letters, digits, '.', '_' and '-'; at most 249."
        );
        return null;
    }

    private ClassifiedKey? ReadKey(DocNode node, string path)
    {
        if (node is DocScalar { Type: DocType.Text } column)
        {
            return FindColumn(column, column.Value, path, "key") is { } found ? new ClassifiedKey(found) : null;
        }

        if (node is not DocMap map)
        {
            Add(
                node,
                path,
                "A key is the path of the column that it repeats, or a mapping with 'column', 'identifier' and 'link', or 'classification: public'."
            );
            return null;
        }

        CheckKeys(map, path, KeyKeys, "A key");
        if (map.Find("classification") is { } classification)
        {
            if (map.Text("classification") == "public" && !map.Has("column") && !map.Has("identifier"))
            {
                return new ClassifiedKey(Column: null);
            }

            Add(
                classification,
                DocPath.Key(path, "classification"),
                "A key that is passed on as it is says 'classification: public' and nothing else; every other key names a column or an identifier."
            );
            return null;
        }

        return ReadSource(map, path, "key") is { } source ? new ClassifiedKey(source) : null;
    }

    private ImmutableArray<ClassifiedHeader> ReadHeaders(DocNode? node, string path)
    {
        if (node is null)
        {
            return [];
        }

        if (node is not DocList list)
        {
            Add(
                node,
                path,
                "Headers are a list of mappings with 'name', and with 'column', 'identifier' and 'link', or 'drop: true'."
            );
            return [];
        }

        var headers = ImmutableArray.CreateBuilder<ClassifiedHeader>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var at = DocPath.Item(path, i);
            if (list.Items[i] is not DocMap map || map.Text("name") is not { Length: > 0 } name)
            {
                Add(
                    list.Items[i],
                    at,
                    "A header has a 'name', and 'column', or 'identifier' and 'link', or 'drop: true'."
                );
                continue;
            }

            CheckKeys(map, at, HeaderKeys, "A header");
            if (headers.Any(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                Add(
                    map,
                    DocPath.Key(at, "name"),
                    $"The header {Words.Quote(name)} is stated twice. Remove one; case does not count."
                );
                continue;
            }

            var drops =
                map.Find("drop") is DocScalar { Type: DocType.Boolean } flag
                && flag.Value is "true" or "True" or "TRUE";
            if (map.Has("drop") && (!drops || map.Has("column") || map.Has("identifier")))
            {
                Add(
                    map.Find("drop")!,
                    DocPath.Key(at, "drop"),
                    "A header that is dropped says 'drop: true' and names no column and no identifier."
                );
            }
            else if (drops)
            {
                headers.Add(new ClassifiedHeader(name, Column: null));
            }
            else if (ReadSource(map, at, "header") is { } source)
            {
                headers.Add(new ClassifiedHeader(name, source));
            }
        }

        return headers.ToImmutable();
    }

    /// <summary>The column that a key or header repeats, or one made of its identifier domain.</summary>
    private Column? ReadSource(DocMap map, string path, string what)
    {
        if (map.Find("column") is { } columnNode)
        {
            if (map.Has("identifier") || map.Has("link"))
            {
                Add(
                    map,
                    path,
                    $"The {what} names a column, which has its identifier and its link already. Remove 'identifier' and 'link'."
                );
            }

            return FindColumn(columnNode, map.Text("column") ?? "", DocPath.Key(path, "column"), what);
        }

        var domain = map.Text("identifier");
        Link? link = map.Text("link") switch
        {
            "owns" => Link.Owns,
            "shared" => Link.Shared,
            "lookup" => Link.Lookup,
            _ => null,
        };
        if (domain is null || !Domain().IsMatch(domain) || link is null)
        {
            Add(
                map,
                path,
                $"A {what} that is masked names the column that it repeats ('column'), or where no column does, its 'identifier' domain (lower-case letters, digits, '_') and its 'link' (owns, shared or lookup)."
            );
            return null;
        }

        return new Column(
            what,
            $"({what})",
            "string",
            "",
            "restricted",
            "user.unique_id",
            domain,
            link,
            new MaskingRule("surrogate", ImmutableDictionary<string, string>.Empty),
            null,
            []
        );
    }

    private Column? FindColumn(DocNode node, string name, string path, string what)
    {
        var known = columns.SelectMany(one => one.SelfAndDescendants()).ToArray();
        if (known.FirstOrDefault(one => one.Path == name) is not { } column)
        {
            Add(
                node,
                path,
                $"The {what} repeats {Words.Quote(name)}, which is no column.{Words.DidYouMean(name, known.Select(one => one.Path))}"
            );
            return null;
        }

        var fault =
            !column.Children.IsEmpty ? "has parts: name one of them"
            : column.Masking is null ? "has no masking of its own: it is masked with the whole that it is a part of"
            : Refusal(column, what);
        if (fault is not null)
        {
            Add(node, path, $"The column {Words.Quote(name)} {fault}.");
            return null;
        }

        return column;
    }

    // A key must stay equal where it was equal, else records that belong together part, and compaction keeps or loses the wrong ones.
    private static string? Refusal(Column column, string what)
    {
        var method = column.Masking!.Method;
        var traits = MaskingMethods.Find(method)?.Traits;
        return traits is null ? null
            : traits.UnderSubject
                ? $"is masked by {method}, under the key of a subject, which a {what} alone does not name: name a column with a surrogate, a token or a digest{(what == "header" ? ", or drop the header" : "")}"
            : what == "key" && method != "plain" && traits.Joins != KeptAmong.All
                ? $"is masked by {method}, which does not keep equal keys equal and others apart: name a column with surrogate, token, fpe or digest"
            : method == "drop" && what == "header" ? "is dropped: write 'drop: true' for the header"
            : method == "scrub" ? $"is masked by scrub, which reads the whole record: a {what} cannot be masked by it"
            : null;
    }

    private void CheckKeys(DocMap map, string path, string[] allowed, string what)
    {
        foreach (var entry in map.Entries.Where(entry => !allowed.Contains(entry.Key.Value, StringComparer.Ordinal)))
        {
            Add(
                entry.Key,
                DocPath.Key(path, entry.Key.Value),
                $"{what} has no {Words.Quote(entry.Key.Value)}. Allowed are: {Words.List(allowed)}.{Words.DidYouMean(entry.Key.Value, allowed)}"
            );
        }
    }

    private void Add(DocNode node, string path, string message) =>
        faults.Add(node, path, FaultCodes.BadDelivery, message);

    [GeneratedRegex(@"\A(?!\.{1,2}\z)[A-Za-z0-9._-]{1,249}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TopicName();

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,62}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Domain();
}

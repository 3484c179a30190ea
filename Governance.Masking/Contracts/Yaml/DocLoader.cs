using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Governance.Masking.Contracts.Yaml;

/// <summary>
/// Builds the tree of one YAML document from the parser's events. The library's own model stops at the first duplicate key
/// and follows aliases without a bound; here every duplicate is named, and what aliases write out is limited.
/// </summary>
internal sealed class DocLoader
{
    /// <summary>Characters in a document. The largest published example has 190,000.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxDepth = 64;
    private const int MaxHeight = 2 * MaxDepth;
    private const int MaxWeight = 100_000;

    private readonly FaultList _faults;
    private readonly Parser _parser;
    private readonly Dictionary<string, DocNode?> _anchors = new(StringComparer.Ordinal);

    private DocLoader(Scanner scanner, FaultList faults)
    {
        _faults = faults;
        _parser = new Parser(scanner);
    }

    /// <summary>The document's root; <see langword="null"/> where there is none, with faults that say why.</summary>
    public static DocNode? Load(string text, FaultList faults)
    {
        if (text.Length > MaxLength)
        {
            faults.Add(
                1,
                1,
                "",
                FaultCodes.TooLarge,
                "The document is larger than 1 MiB. Split it into several contracts."
            );
            return null;
        }

        if (!CheckCharacters(text, faults))
        {
            return null;
        }

        var scanner = new Scanner(new StringReader(text), skipComments: true);
        try
        {
            return new DocLoader(scanner, faults).LoadStream();
        }
        catch (RefusedException)
        {
            return null;
        }
        catch (YamlException exception)
        {
            Broken(exception.Start, Reason(exception));
        }
        // The parser's own slips on broken text (seen: invalid operations in open brackets) are no reason to fall over.
        catch (Exception exception)
            when (exception
                    is ArgumentException
                        or InvalidOperationException
                        or IndexOutOfRangeException
                        or FormatException
                        or OverflowException
            )
        {
            Broken(scanner.CurrentPosition, "a bracket, quote or comma before this place is missing or too many");
        }

        return null;

        void Broken(Mark at, string reason)
        {
            var (line, column) = Inside(text, (int)at.Line, (int)at.Column);
            faults.Add(
                line,
                column,
                "",
                FaultCodes.BrokenYaml,
                $"This is not YAML: {reason}. Mend it; nothing after it was read."
            );
        }
    }

    // What is missing at the end is missing on a line that no editor shows.
    private static (int Line, int Column) Inside(string text, int line, int column)
    {
        var lines = text.Split('\n');
        return line > lines.Length ? (lines.Length, lines[^1].Length + 1) : (Math.Max(1, line), Math.Max(1, column));
    }

    private static string Reason(YamlException exception)
    {
        var reason = exception.Message;
        return reason.Length == 0 ? "unreadable" : Words.Quote(reason.TrimEnd('.')).Trim('\'');
    }

    // The scanner takes a NUL for the end of the text, and so would leave unread what stands behind it.
    private static bool CheckCharacters(string text, FaultList faults)
    {
        var line = 1;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\n')
            {
                line++;
                start = i + 1;
            }
            else if (!IsAllowed(text, i))
            {
                faults.Add(
                    line,
                    i - start + 1,
                    "",
                    FaultCodes.BrokenYaml,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The character U+{(int)character:X4} must not stand in YAML. Remove it, or write it as an escape in double quotes."
                    )
                );
                return false;
            }
        }

        return true;
    }

    private static bool IsAllowed(string text, int index)
    {
        var character = text[index];
        if (char.IsHighSurrogate(character))
        {
            return index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]);
        }

        if (char.IsLowSurrogate(character))
        {
            return index > 0 && char.IsHighSurrogate(text[index - 1]);
        }

        return character
            is '\t'
                or '\r'
                or '\u0085'
                or (>= ' ' and <= '~')
                or >= '\u00A0'
                and not '\uFFFE'
                and not '\uFFFF';
    }

    private DocNode? LoadStream()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _faults.Add(1, 1, "", FaultCodes.EmptyDocument, "The document is empty. Write an ODCS v3.1 contract.");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = LoadNode("", 1);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _faults.Add(
                (int)second.Start.Line,
                (int)second.Start.Column,
                "",
                FaultCodes.SeveralDocuments,
                "A second document starts here. Write one contract a file."
            );
        }

        if (root is DocScalar { Type: DocType.Null })
        {
            _faults.Add(1, 1, "", FaultCodes.EmptyDocument, "The document is empty. Write an ODCS v3.1 contract.");
            return null;
        }

        return root;
    }

    private DocNode LoadNode(string path, int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Follow(alias, path);
        }

        var start = _parser.Accept<NodeEvent>(out var found)
            ? found
            : throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a value was expected");
        if (depth > MaxDepth)
        {
            // Read no further: the scanner's own work grows with the square of the depth.
            _faults.Add((int)start.Start.Line, (int)start.Start.Column, path, FaultCodes.TooDeep, TooDeep());
            throw new RefusedException();
        }

        var anchor = start.Anchor.IsEmpty ? null : start.Anchor.Value;
        if (anchor is not null)
        {
            _anchors[anchor] = null;
        }

        CheckTag(start, path);
        DocNode node = start switch
        {
            Scalar scalar => LoadScalar(scalar),
            SequenceStart => LoadList(path, depth),
            _ => LoadMap(path, depth),
        };
        if (anchor is not null)
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private void CheckTag(NodeEvent node, string path)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific || IsCore(node.Tag.Value))
        {
            return;
        }

        _faults.Add(
            (int)node.Start.Line,
            (int)node.Start.Column,
            path,
            FaultCodes.BadTag,
            $"The tag {Words.Quote(node.Tag.Value)} is not known in contracts. Remove it."
        );
    }

    private static bool IsCore(string tag) =>
        tag
            is "tag:yaml.org,2002:str"
                or "tag:yaml.org,2002:int"
                or "tag:yaml.org,2002:float"
                or "tag:yaml.org,2002:bool"
                or "tag:yaml.org,2002:null"
                or "tag:yaml.org,2002:map"
                or "tag:yaml.org,2002:seq";

    private DocScalar LoadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        var type =
            scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty ? CoreSchema.Resolve(scalar.Value) : DocType.Text;
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
        {
            type = scalar.Tag.Value switch
            {
                "tag:yaml.org,2002:int" => DocType.Integer,
                "tag:yaml.org,2002:float" => DocType.Number,
                "tag:yaml.org,2002:bool" => DocType.Boolean,
                "tag:yaml.org,2002:null" => DocType.Null,
                _ => DocType.Text,
            };
        }

        return new DocScalar((int)scalar.Start.Line, (int)scalar.Start.Column, scalar.Value, type);
    }

    private DocList LoadList(string path, int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var list = new DocList((int)start.Start.Line, (int)start.Start.Column);
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            var item = LoadNode(DocPath.Item(path, list.Items.Count), depth + 1);
            list.Items.Add(item);
            Weigh(list, item, path);
        }

        return list;
    }

    private DocMap LoadMap(string path, int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var map = new DocMap((int)start.Start.Line, (int)start.Start.Column);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = LoadNode(path, depth + 1);
            var inner = key is DocScalar { Value: var text } ? DocPath.Key(path, text) : path;
            var value = LoadNode(inner, depth + 1);
            if (key is not DocScalar { Type: not DocType.Null } name)
            {
                _faults.Add(key, path, FaultCodes.BadKey, $"A key must be text, but this is {key.Kind}.");
                continue;
            }

            if (name.Value == "<<")
            {
                _faults.Add(
                    key,
                    path,
                    FaultCodes.BadKey,
                    "Merge keys ('<<') are not part of YAML 1.2. Write the entries out."
                );
                continue;
            }

            if (!map.TryAdd(new DocEntry(name, value)))
            {
                _faults.Add(
                    key,
                    inner,
                    FaultCodes.DuplicateKey,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The key {Words.Quote(name.Value)} stands twice in the mapping at line {map.Line}. Remove one."
                    )
                );
                continue;
            }

            Weigh(map, value, inner);
        }

        return map;
    }

    private DocNode Follow(AnchorAlias alias, string path)
    {
        if (_anchors.TryGetValue(alias.Value.Value, out var node) && node is not null)
        {
            return node;
        }

        var message = _anchors.ContainsKey(alias.Value.Value)
            ? "holds itself. Write the value out."
            : "stands nowhere before this line. Write the value out.";
        _faults.Add(
            (int)alias.Start.Line,
            (int)alias.Start.Column,
            path,
            FaultCodes.BadAlias,
            $"The anchor {Words.Quote(alias.Value.Value)} {message}"
        );
        return Null(alias);
    }

    private static DocScalar Null(ParsingEvent at) => new((int)at.Start.Line, (int)at.Start.Column, "", DocType.Null);

    private static string TooDeep() =>
        string.Create(CultureInfo.InvariantCulture, $"Nested deeper than {MaxDepth} levels. Make it flatter.");

    private void Weigh(DocNode parent, DocNode child, string path)
    {
        // Aliases can nest what is flat in the text: everything that walks the tree relies on this bound for its stack.
        parent.Height = Math.Max(parent.Height, child.Height + 1);
        if (parent.Height > MaxHeight)
        {
            _faults.Add(child, path, FaultCodes.TooDeep, TooDeep());
            throw new RefusedException();
        }

        // Both are at most the bound, so the sum does not overflow: nine levels of nine aliases stop at the fifth.
        parent.Weight += child.Weight;
        if (parent.Weight > MaxWeight)
        {
            _faults.Add(
                child,
                path,
                FaultCodes.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"With its aliases written out, the document holds more than {MaxWeight} values. Split it, or use fewer aliases."
                )
            );
            throw new RefusedException();
        }
    }

    private sealed class RefusedException : Exception;
}

namespace Governance.Masking.Contracts.Yaml;

/// <summary>A node of a YAML document that remembers where it stands.</summary>
internal abstract class DocNode(int line, int column)
{
    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>From 1.</summary>
    public int Column { get; } = column;

    /// <summary>Nodes in it with all aliases written out, itself included.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>Levels in it with all aliases written out, its own included.</summary>
    public int Height { get; set; } = 1;

    /// <summary>What it is, as a reader of YAML would call it.</summary>
    public abstract string Kind { get; }
}

/// <summary>What a plain scalar means, by YAML 1.2's core schema.</summary>
internal enum DocType
{
    Text,
    Null,
    Boolean,
    Integer,
    Number,
}

/// <summary>A single value.</summary>
internal sealed class DocScalar(int line, int column, string value, DocType type) : DocNode(line, column)
{
    public string Value { get; } = value;

    public DocType Type { get; } = type;

    public override string Kind =>
        Type switch
        {
            DocType.Null => "null",
            DocType.Boolean => "a boolean",
            DocType.Integer => "an integer",
            DocType.Number => "a number",
            _ => "text",
        };
}

/// <summary>A list.</summary>
internal sealed class DocList(int line, int column) : DocNode(line, column)
{
    public List<DocNode> Items { get; } = [];

    public override string Kind => "a list";
}

/// <summary>A mapping; keys are text and occur once.</summary>
internal sealed class DocMap(int line, int column) : DocNode(line, column)
{
    private readonly Dictionary<string, DocEntry> _byKey = new(StringComparer.Ordinal);

    public List<DocEntry> Entries { get; } = [];

    public override string Kind => "a mapping";

    public bool TryAdd(DocEntry entry)
    {
        if (!_byKey.TryAdd(entry.Key.Value, entry))
        {
            return false;
        }

        Entries.Add(entry);
        return true;
    }

    public DocNode? Find(string key) => _byKey.GetValueOrDefault(key)?.Value;

    /// <summary>The key's value where it is a single one and not null; else <see langword="null"/>.</summary>
    public string? Text(string key) => Find(key) is DocScalar { Type: not DocType.Null } scalar ? scalar.Value : null;

    public bool Has(string key) => _byKey.ContainsKey(key);
}

/// <summary>A key with its value.</summary>
internal sealed record DocEntry(DocScalar Key, DocNode Value);

using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>Puts a document together from what several rules say of its parts.</summary>
internal sealed class DocumentBuilder : Builder
{
    private readonly Part root;
    private readonly RegoValue[] prefix;

    public DocumentBuilder()
        : this(new Part(), []) { }

    private DocumentBuilder(Part root, RegoValue[] prefix) => (this.root, this.prefix) = (root, prefix);

    /// <summary>The same document, seen from a place in it.</summary>
    public DocumentBuilder Below(RegoValue[] path) => new(root, [.. prefix, .. path]);

    /// <summary>Puts a rule's value at a place; false where another rule says something else there, above or below.</summary>
    public bool Put(ReadOnlySpan<RegoValue> path, RegoValue value)
    {
        if (Reach(path) is not { } part || part.Elements is not null)
        {
            return false;
        }

        if (part.Value is not null)
        {
            return part.Value.Equals(value);
        }

        if (part.Members is not null)
        {
            return false;
        }

        part.Value = value;
        return true;
    }

    /// <summary>Adds to the set at a place; false where there is something else.</summary>
    public bool PutElement(ReadOnlySpan<RegoValue> path, RegoValue element)
    {
        if (Reach(path) is not { } part || part.Value is not null || part.Members is not null)
        {
            return false;
        }

        (part.Elements ??= new SetBuilder()).Add(element);
        return true;
    }

    /// <summary>Puts an empty object at a place where there is nothing.</summary>
    public void PutNothing(ReadOnlySpan<RegoValue> path)
    {
        if (Reach(path) is { Value: null, Elements: null } part)
        {
            part.Members ??= [];
        }
    }

    public RegoValue Build() => Build(root);

    private Part? Reach(ReadOnlySpan<RegoValue> path)
    {
        var part = root;
        foreach (var step in (ReadOnlySpan<RegoValue>)[.. prefix, .. path])
        {
            if (part.Value is not null || part.Elements is not null)
            {
                return null;
            }

            part.Members ??= [];
            if (!part.Members.TryGetValue(step, out var next))
            {
                part.Members.Add(step, next = new Part());
            }

            part = next;
        }

        return part;
    }

    private static RegoValue Build(Part part)
    {
        if (part.Value is { } value)
        {
            return value;
        }

        if (part.Elements is { } elements)
        {
            return elements.Build();
        }

        var map = new ObjectBuilder();
        foreach (var (key, member) in part.Members ?? [])
        {
            map.Set(key, Build(member));
        }

        return map.Build();
    }

    private sealed class Part
    {
        public RegoValue? Value { get; set; }
        public SetBuilder? Elements { get; set; }
        public Dictionary<RegoValue, Part>? Members { get; set; }
    }
}

using Governance.Policies.Rego.Values;

namespace Governance.Policies.Decisions;

/// <summary>Makes values of what the service knows.</summary>
internal static class RegoObject
{
    public static ObjectValue Of(params (string Name, RegoValue Value)[] members)
    {
        var builder = new ObjectBuilder();
        foreach (var (name, value) in members)
        {
            builder.Set(new StringValue(name), value);
        }

        return builder.Build();
    }

    public static StringValue Text(string text) => text.Length == 0 ? StringValue.Empty : new StringValue(text);

    public static ArrayValue Texts(IEnumerable<string> texts)
    {
        RegoValue[] items = [.. texts.Select(Text)];
        return items.Length == 0 ? ArrayValue.Empty : new ArrayValue(items);
    }
}

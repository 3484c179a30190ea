using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads ODCS references: <c>dataset.column</c>, or <c>schema/{id}/properties/{id}</c> behind an optional file.</summary>
internal static class References
{
    /// <summary>The references under a key: one, or a list.</summary>
    public static IEnumerable<(string Reference, Spot At)> Read(DocMap map, string key, string path)
    {
        var at = DocPath.Key(path, key);
        switch (map.Find(key))
        {
            case DocScalar { Type: DocType.Text } one:
                yield return (one.Value, Spot.Of(one, at));
                break;
            case DocList list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (list.Items[i] is DocScalar { Type: DocType.Text } item)
                    {
                        yield return (item.Value, Spot.Of(item, DocPath.Item(at, i)));
                    }
                }

                break;
        }
    }

    /// <summary>Splits a reference; <see langword="null"/> for one that does not name a column.</summary>
    public static (string Dataset, string Column)? Split(string reference)
    {
        var dot = reference.IndexOf('.', StringComparison.Ordinal);
        if (Odcs.Forms.IsShorthand(reference))
        {
            return (reference[..dot], reference[(dot + 1)..]);
        }

        var parts = reference[(reference.IndexOf('#', StringComparison.Ordinal) + 1)..].TrimStart('/').Split('/');
        if (parts.Length < 4 || parts.Length % 2 != 0 || parts[0] != "schema")
        {
            return null;
        }

        var columns = new List<string>();
        for (var i = 2; i < parts.Length; i += 2)
        {
            if (parts[i] is not ("properties" or "items"))
            {
                return null;
            }

            columns.Add(parts[i + 1]);
        }

        return (parts[1], string.Join('/', columns));
    }
}

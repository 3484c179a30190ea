using System.Collections.Frozen;
using Governance.Masking.Contracts.Odcs;
using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>The custom properties of one element that governance reads.</summary>
internal sealed class CustomProperties
{
    private readonly Dictionary<string, (DocNode Value, string Path)> _values = new(StringComparer.Ordinal);

    private CustomProperties() { }

    /// <summary>Reads the list under <c>customProperties</c>.</summary>
    /// <param name="element">The schema object or property.</param>
    /// <param name="path">Its path.</param>
    /// <param name="known">What governance reads there.</param>
    /// <param name="faults">Receives faults.</param>
    public static CustomProperties Read(DocMap element, string path, FrozenSet<string> known, FaultList faults)
    {
        var properties = new CustomProperties();
        if (element.Find("customProperties") is not DocList list)
        {
            return properties;
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            if (
                list.Items[i] is DocMap entry
                && entry.Find("property") is DocScalar { Type: DocType.Text } name
                && entry.Find("value") is { } value
            )
            {
                var at = DocPath.Item(DocPath.Key(path, "customProperties"), i);
                properties.Add(name, value, at, known, faults);
            }
        }

        return properties;
    }

    public (DocNode Value, string Path)? Find(string name) => _values.TryGetValue(name, out var found) ? found : null;

    private void Add(DocScalar name, DocNode value, string path, FrozenSet<string> known, FaultList faults)
    {
        var word = name.Value;
        var at = DocPath.Key(path, "property");
        if (known.Contains(word))
        {
            if (!_values.TryAdd(word, (value, DocPath.Key(path, "value"))))
            {
                faults.Add(name, at, FaultCodes.DuplicateCustomProperty, $"'{word}' is stated twice. Remove one.");
            }
        }
        else if (PrivacyProperties.IsKnown(word))
        {
            var place = PrivacyProperties.OfDatasets.Contains(word)
                ? "schema object"
                : "column (an entry of 'properties')";
            faults.Add(
                name,
                at,
                FaultCodes.MisplacedCustomProperty,
                $"'{word}' means nothing here. State it on the {place}."
            );
        }
        else if (
            Words.Nearest(word, known.Order(StringComparer.Ordinal)) is { } near
            && Words.Distance(word, near, 2) <= 2
        )
        {
            faults.Add(
                name,
                at,
                FaultCodes.UnknownCustomProperty,
                $"{Words.Quote(word)} is not read. Did you mean '{near}'? If not, choose a name that is less alike."
            );
        }
    }
}

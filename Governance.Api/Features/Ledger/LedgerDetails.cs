using System.Collections;
using System.Globalization;

namespace Governance.Api.Features.Ledger;

/// <summary>The small dictionary of an entry: names to texts, numbers and truth values. Written with a collection initializer.</summary>
internal sealed class LedgerDetails : IEnumerable<KeyValuePair<string, object>>
{
    private readonly SortedDictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>No details.</summary>
    public static LedgerDetails None => [];

    /// <summary>Adds a code, an id or the name of a table or column.</summary>
    public void Add(string name, string value) => _values.Add(name, value);

    /// <summary>Adds a count.</summary>
    public void Add(string name, long value) => _values.Add(name, value);

    /// <summary>Adds a truth value.</summary>
    public void Add(string name, bool value) => _values.Add(name, value);

    /// <summary>Adds an instant, as text in UTC.</summary>
    public void Add(string name, DateTimeOffset value) =>
        _values.Add(
            name,
            value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)
        );

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

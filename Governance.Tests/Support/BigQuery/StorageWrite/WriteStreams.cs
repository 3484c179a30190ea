using System.Globalization;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.StorageWrite;

/// <summary>All write streams.</summary>
internal sealed class WriteStreams
{
    private readonly Dictionary<string, WriteStreamState> _streams = new(StringComparer.Ordinal);

    public WriteStreamState Create(string parent, TableState table, DateTimeOffset now, bool isPending)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{parent}/streams/stream-{_streams.Count + 1}");
        return _streams[name] = new WriteStreamState(name, table, now, isDefault: false, isPending);
    }

    public WriteStreamState Default(string parent, TableState table, DateTimeOffset now)
    {
        var name = $"{parent}/streams/_default";
        return _streams.TryGetValue(name, out var known) && known.Table == table
            ? known
            : _streams[name] = new WriteStreamState(name, table, now, isDefault: true);
    }

    public WriteStreamState? Find(string name) => _streams.GetValueOrDefault(name);
}

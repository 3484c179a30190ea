using System.Text.Json.Nodes;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>
/// How large a query becomes when DuckDB has put in what its names stand for. It does so before it can be interrupted, so that twenty
/// doublings in a few words would hold a thread and its memory for good.
/// </summary>
/// <param name="Width">Columns.</param>
/// <param name="Sources">Tables, with those of what WITH names, as often as it is named.</param>
/// <param name="Weight">Nodes of the largest column's expression.</param>
/// <param name="Weights">Nodes of the columns that have names.</param>
internal sealed record QuerySize(long Width, long Sources, long Weight, IReadOnlyDictionary<string, long> Weights)
{
    public static QuerySize Of(long width, params IEnumerable<string> names)
    {
        var weights = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            weights[name] = 1;
        }

        return new(width, 1, 1, weights);
    }
}

/// <summary>What a query named in WITH became.</summary>
internal sealed record NamedQuery(string Name, QuerySize Size);

/// <summary>The names that an expression or a table may use.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, NamedQuery> _queries = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, long> _aliases = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The tables of FROM.</summary>
    public List<QuerySize> Tables { get; } = [];

    public long Width => Tables.Sum(table => table.Width);

    public bool Adds(string name, NamedQuery query) => _queries.TryAdd(name, query);

    public NamedQuery? Find(string name) => _queries.GetValueOrDefault(name) ?? Outer?.Find(name);

    public void AddAlias(string name, long weight) =>
        _aliases[name] = Math.Max(weight, _aliases.GetValueOrDefault(name));

    /// <summary>The weight of a column by the last part of its name that is known, whatever it may mean.</summary>
    public long WeightOf(IEnumerable<string> parts)
    {
        var most = 1L;
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            foreach (var table in scope.Tables)
            {
                var known = parts.Where(table.Weights.ContainsKey).Select(part => table.Weights[part]).ToArray();
                most = Math.Max(most, known.Length > 0 ? known.Max() : table.Weight);
            }

            foreach (var part in parts)
            {
                most = Math.Max(most, scope._aliases.GetValueOrDefault(part));
            }
        }

        return most;
    }

    private Scope? Outer { get; } = outer;
}

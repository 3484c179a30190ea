namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>How many queries run, in all and for each person. A slot is held until the warehouse has really let go of the query.</summary>
internal sealed class QuerySlots
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private int _all;

    public bool TryTake(string person, int all, int own)
    {
        lock (_lock)
        {
            var mine = _running.GetValueOrDefault(person);
            if (_all >= all || mine >= own)
            {
                return false;
            }

            _running[person] = mine + 1;
            _all++;
            return true;
        }
    }

    public void Release(string person)
    {
        lock (_lock)
        {
            _all--;
            if (--_running[person] == 0)
            {
                _running.Remove(person);
            }
        }
    }
}

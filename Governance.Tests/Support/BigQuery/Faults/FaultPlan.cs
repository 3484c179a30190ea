namespace Governance.Tests.Support.BigQuery.Faults;

/// <summary>Faults to come, in order and counted, so that a test fails each step in turn.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<Planned> _planned = [];
    private readonly List<string> _operations = [];
    private readonly List<string> _failed = [];

    /// <summary>Every operation that was asked for, in order, those that failed too.</summary>
    public IReadOnlyList<string> Operations
    {
        get
        {
            lock (_lock)
            {
                return [.. _operations];
            }
        }
    }

    /// <summary>The operations of the requests that a fault befell, in order.</summary>
    public IReadOnlyList<string> Failed
    {
        get
        {
            lock (_lock)
            {
                return [.. _failed];
            }
        }
    }

    /// <summary>The next requests fail.</summary>
    /// <param name="operation">Google's method id, such as <c>bigquery.jobs.insert</c>, <c>cloudkms.decrypt</c> or <c>AppendRows</c>; <c>*</c> is any.</param>
    /// <param name="fault">How.</param>
    /// <param name="times">How many.</param>
    /// <param name="after">How many go well before.</param>
    public void Next(string operation, Fault fault, int times = 1, int after = 0)
    {
        lock (_lock)
        {
            _planned.Add(new Planned(operation, fault) { Times = times, After = after });
        }
    }

    /// <summary>No more faults.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _planned.Clear();
        }
    }

    /// <summary>What happens to this request; null where all goes well.</summary>
    internal Fault? Take(string operation)
    {
        lock (_lock)
        {
            _operations.Add(operation);
            foreach (var planned in _planned.Where(planned => planned.Times > 0 && planned.Concerns(operation)))
            {
                if (planned.After > 0)
                {
                    planned.After--;
                    continue;
                }

                planned.Times--;
                _failed.Add(operation);
                return planned.Fault;
            }

            return null;
        }
    }

    private sealed record Planned(string Operation, Fault Fault)
    {
        public int Times { get; set; }

        public int After { get; set; }

        public bool Concerns(string operation) => Operation is "*" || Operation == operation;
    }
}

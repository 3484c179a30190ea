using Governance.Masking;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>Throws at a point, once: what a kill does to the steps after it. Counts how often each point was reached.</summary>
internal sealed class StoppingFaultPoints : IFaultPoints
{
    private int _passes;

    public string? StopAt { get; private set; }

    /// <summary>Runs at every point, before it stops.</summary>
    public Action<string>? OnReached { get; set; }

    public Dictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public void Stop(string point, int passes = 0) => (StopAt, _passes) = (point, passes);

    public void Reached(string name)
    {
        Counts[name] = Counts.GetValueOrDefault(name) + 1;
        OnReached?.Invoke(name);
        if (name == StopAt && _passes-- <= 0)
        {
            StopAt = null;
            throw new StoppedException();
        }
    }
}

/// <summary>The process has ended here.</summary>
internal sealed class StoppedException : Exception;

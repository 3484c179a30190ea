namespace Governance.Tests.EndToEnd.Killing;

/// <summary>How large a run is.</summary>
/// <param name="Kills">How often a member is killed.</param>
/// <param name="Records">How many records are written while they are, at least.</param>
/// <param name="Topics">On how many topics.</param>
/// <param name="Partitions">Of each topic.</param>
/// <param name="Seed">Of all chance, as far as it is this side's: when what is killed and what fails, and what records say.</param>
internal sealed record KillRunSettings(int Kills, int Records, int Topics, int Partitions, int Seed)
{
    /// <summary>How many people the records are about.</summary>
    public int People { get; init; } = 1_000;

    /// <summary>So many of them, the last, are erased.</summary>
    public int Erased { get; init; } = 2;

    /// <summary>How long a fault lasts, at most, in milliseconds.</summary>
    public int FaultMilliseconds { get; init; } = 2_500;

    /// <summary>How long all is well between two faults, at most.</summary>
    public int CalmMilliseconds { get; init; } = 10_000;

    /// <summary>Whether faults come until the last kill, or each kind once.</summary>
    public bool FailsAgain { get; init; } = true;

    /// <summary>At which kill the erasure is asked for.</summary>
    public int EraseAtKill => Kills * 2 / 3;

    public bool IsErased(int person) => person >= People - Erased;
}

namespace Governance.Policies.Warehouse;

/// <summary>The adapters' own tables, which live beside the datasets' tables.</summary>
internal static class SystemTables
{
    /// <summary>No dataset's name starts with this.</summary>
    public const string Prefix = "_governance";

    /// <summary>The next offset to consume.</summary>
    public const string Positions = "_governance_positions";

    /// <summary>Origins of rows that came out of quarantine.</summary>
    public const string Replays = "_governance_replays";

    /// <summary>Named sets of identifiers.</summary>
    public const string Keys = "_governance_keys";

    /// <summary>What erasure jobs did.</summary>
    public const string Jobs = "_governance_jobs";

    /// <summary>When the file was written anew, where that is what removes deleted bytes.</summary>
    public const string Rewrites = "_governance_rewrites";

    /// <summary>Row rules, where the warehouse has none of its own.</summary>
    public const string RowRules = "_governance_row_rules";
}

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>The points of an erasure at which a test may stop the process, in their order.</summary>
internal static class ErasureSteps
{
    public const string GateEntered = "erasure.gate_entered";
    public const string ClosureFound = "erasure.closure_found";
    public const string KeysKept = "erasure.keys_kept";
    public const string SharedKeysKept = "erasure.shared_keys_kept";
    public const string Suppressed = "erasure.suppressed";
    public const string BeforeStatement = "erasure.before_statement";
    public const string StatementRan = "erasure.statement_ran";
    public const string OutcomeKept = "erasure.outcome_kept";
    public const string AllRan = "erasure.all_ran";
    public const string GateLeft = "erasure.gate_left";
    public const string Recounted = "erasure.recounted";
    public const string VerdictsKept = "erasure.verdicts_kept";
    public const string DestructionCounted = "erasure.destruction_counted";
    public const string OwnedDestroyed = "erasure.owned_destroyed";
    public const string SharedDestroyed = "erasure.shared_destroyed";
    public const string BeforeCompletion = "erasure.before_completion";
    public const string Completed = "erasure.completed";
    public const string KeysDropped = "erasure.keys_dropped";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        GateEntered,
        ClosureFound,
        KeysKept,
        SharedKeysKept,
        Suppressed,
        BeforeStatement,
        StatementRan,
        OutcomeKept,
        AllRan,
        GateLeft,
        Recounted,
        VerdictsKept,
        DestructionCounted,
        OwnedDestroyed,
        SharedDestroyed,
        BeforeCompletion,
        Completed,
        KeysDropped,
    ];
}

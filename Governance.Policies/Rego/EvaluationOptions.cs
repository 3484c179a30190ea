namespace Governance.Policies.Rego;

/// <summary>How an evaluation runs.</summary>
public sealed record EvaluationOptions
{
    /// <summary>What is used where no options are given.</summary>
    public static EvaluationOptions Default { get; } = new();

    /// <summary>How much it may cost.</summary>
    public EvaluationLimits Limits { get; init; } = new();

    /// <summary>The clock behind <c>time.now_ns</c> and the limit of time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether a builtin that cannot compute ends the evaluation with an error. Off by default, as in OPA: the call is undefined, and
    /// a rule that needs it does not hold.
    /// </summary>
    public bool StrictBuiltinErrors { get; init; }

    /// <summary>Ends the evaluation from outside.</summary>
    public CancellationToken Cancellation { get; init; }
}

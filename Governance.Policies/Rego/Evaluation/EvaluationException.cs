using Governance.Policies.Rego.Syntax;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>An evaluation has no answer: two rules contradict each other, a builtin fails where that is to be told, or a limit is reached.</summary>
public sealed class EvaluationException : Exception
{
    /// <summary>Two outputs where one is to be.</summary>
    public const string Conflict = "eval_conflict_error";

    /// <summary>A builtin was given what it does not take.</summary>
    public const string TypeError = "eval_type_error";

    /// <summary>A builtin could not compute.</summary>
    public const string BuiltinError = "eval_builtin_error";

    /// <summary>A limit of <see cref="EvaluationLimits"/> is reached.</summary>
    public const string Limit = "eval_limit_error";

    /// <summary>A value needs what the embedded evaluator does not support, such as a pattern that came with the input.</summary>
    public const string Unsupported = "eval_unsupported_error";

    internal EvaluationException(Location at, string code, string message)
        : base(message)
    {
        At = at;
        Code = code;
    }

    /// <summary>OPA's code, or <see cref="Limit"/>.</summary>
    public string Code { get; }

    internal Location At { get; }

    /// <summary>The file at fault, or empty.</summary>
    public string File => At.File ?? "";

    /// <summary>The line at fault, from 1; 0 where none is.</summary>
    public int Line => At.Line;
}

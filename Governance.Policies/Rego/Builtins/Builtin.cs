using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Builtins;

/// <summary>What a builtin computes; null where it is undefined.</summary>
internal delegate RegoValue? BuiltinBody(BuiltinCall call, RegoValue[] arguments);

/// <summary>A function of the language.</summary>
internal sealed record Builtin(string Name, int Arity, BuiltinBody Body);

/// <summary>One call, and how it says that it cannot compute.</summary>
internal readonly struct BuiltinCall(EvaluationState state, Builtin builtin, Location at)
{
    public EvaluationState State { get; } = state;

    /// <summary>The builtin cannot compute: an error where these are told, else undefined.</summary>
    public RegoValue? Fail(string message) => Fail(EvaluationException.BuiltinError, message);

    /// <summary>An operand is of another kind than is taken.</summary>
    /// <param name="position">From 1.</param>
    /// <param name="wanted">What is taken.</param>
    /// <param name="got">What there is.</param>
    public RegoValue? Mismatch(int position, string wanted, RegoValue got) =>
        TypeError($"operand {position} must be {wanted} but got {NameOf(got)}");

    public RegoValue? TypeError(string message) => Fail(EvaluationException.TypeError, message);

    /// <summary>OPA would compute this, and the embedded evaluator does not: an error in any case, so that it is never taken for a no.</summary>
    public EvaluationException Unsupported(string what) =>
        new(at, EvaluationException.Unsupported, $"{builtin.Name}: not supported: {what}");

    /// <summary>The name of a value's kind, as OPA's messages and <c>type_name</c> have it.</summary>
    public static string NameOf(RegoValue value) =>
        value.Kind switch
        {
            RegoKind.Null => "null",
            RegoKind.Boolean => "boolean",
            RegoKind.Number => "number",
            RegoKind.String => "string",
            RegoKind.Array => "array",
            RegoKind.Object => "object",
            _ => "set",
        };

    private RegoValue? Fail(string code, string message) =>
        State.Strict ? throw new EvaluationException(at, code, $"{builtin.Name}: {message}") : null;
}

namespace Governance.Policies.Rego;

/// <summary>Why a policy is refused when it is loaded.</summary>
/// <param name="File">The file's name, as it was given.</param>
/// <param name="Line">From 1; 0 where no line is at fault.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Code">
/// <c>rego_parse_error</c>, <c>rego_compile_error</c>, <c>rego_unsafe_var_error</c>, <c>rego_recursion_error</c> or
/// <c>rego_unsupported</c>: OPA could run it, this evaluator does not.
/// </param>
/// <param name="Message">What is wrong, and what to do.</param>
public sealed record PolicyFault(string File, int Line, int Column, string Code, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}:{Column}: {Code}: {Message}");
}

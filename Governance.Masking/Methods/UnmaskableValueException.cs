namespace Governance.Masking.Methods;

/// <summary>A value cannot be masked: its event goes to quarantine. Holds a code and never the value.</summary>
public sealed class UnmaskableValueException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">A stable code in snake case, such as <c>value_not_utf8</c>.</param>
    /// <param name="message">What is wrong and what to do about it; no value.</param>
    public UnmaskableValueException(string code, string message)
        : base(message) => Code = code;

    /// <summary>A stable code in snake case.</summary>
    public string Code { get; }
}

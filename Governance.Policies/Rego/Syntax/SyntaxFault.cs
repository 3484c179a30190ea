namespace Governance.Policies.Rego.Syntax;

/// <summary>Stops the reading or compiling of what is at fault; becomes a <see cref="PolicyFault"/>.</summary>
internal sealed class SyntaxFault(Location location, string code, string message) : Exception(message)
{
    public const string Parse = "rego_parse_error";
    public const string Compile = "rego_compile_error";
    public const string Unsafe = "rego_unsafe_var_error";
    public const string Recursion = "rego_recursion_error";
    public const string Unsupported = "rego_unsupported";

    public Location Location { get; } = location;
    public string Code { get; } = code;

    public PolicyFault ToFault() => new(Location.File, Location.Line, Location.Column, Code, Message);
}

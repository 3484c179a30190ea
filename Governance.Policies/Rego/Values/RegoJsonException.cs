namespace Governance.Policies.Rego.Values;

/// <summary>Text is not JSON that a policy can read. The message holds no part of the text.</summary>
public sealed class RegoJsonException(string message) : Exception(message);

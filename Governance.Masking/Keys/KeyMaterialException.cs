namespace Governance.Masking.Keys;

/// <summary>Key material is missing, malformed, not genuine, or readable by others. The message says what to do; it holds no key.</summary>
public sealed class KeyMaterialException : StartupException
{
    /// <summary>Makes one.</summary>
    public KeyMaterialException(string message)
        : base(message) { }

    /// <summary>Makes one with its cause.</summary>
    public KeyMaterialException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>
    /// Whether the keeper of the key encryption key said that it may not be used (any more): permission denied, disabled, destroyed.
    /// </summary>
    public bool IsWithdrawn { get; init; }
}

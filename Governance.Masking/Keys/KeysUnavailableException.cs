namespace Governance.Masking.Keys;

/// <summary>
/// The keys cannot be used at present: the service that keeps the key encryption key is away, or has not confirmed for too long that
/// they may be used. It passes by itself, and nothing was masked or revealed: whoever masks waits and tries again. The message says what to do;
/// it holds no key.
/// </summary>
public sealed class KeysUnavailableException : StartupException
{
    /// <summary>Makes one.</summary>
    public KeysUnavailableException(string message)
        : base(message) { }

    /// <summary>Makes one with its cause.</summary>
    public KeysUnavailableException(string message, Exception innerException)
        : base(message, innerException) { }
}

namespace Governance.Masking.Keys.CloudKms;

/// <summary>An answer, or a request, was altered on its way. Handled where calls are repeated; never seen outside.</summary>
/// <param name="what">What does not match, in words.</param>
internal sealed class CloudKmsIntegrityException(string what) : Exception(what);

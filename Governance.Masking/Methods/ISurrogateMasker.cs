namespace Governance.Masking.Methods;

/// <summary>
/// A masker in whose place the plan writes the surrogate that it resolved for the whole batch: surrogates come from the vault, which
/// is asked once per batch and not per value. Its own masking is never called.
/// </summary>
public interface ISurrogateMasker : IValueMasker
{
    /// <summary>The identifier's domain.</summary>
    string Domain { get; }
}

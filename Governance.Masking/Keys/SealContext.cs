namespace Governance.Masking.Keys;

/// <summary>What a sealed value is bound to: it opens only in the same context. Made once per column, and kept.</summary>
public sealed class SealContext
{
    /// <summary>The context of an identifier that is sealed in its own vault row.</summary>
    internal const string IdentifierCategory = "governance/identifier";

    /// <summary>Makes the context of a column.</summary>
    /// <param name="domain">Domain of the identifier under whose key the value is sealed.</param>
    /// <param name="category">The column's privacy category.</param>
    public SealContext(string domain, string category) =>
        AssociatedData = LengthPrefixed.Encode("governance/sealed/1", domain, category);

    internal byte[] AssociatedData { get; }
}

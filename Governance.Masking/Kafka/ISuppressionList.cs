using Governance.Masking.Vault;

namespace Governance.Masking.Kafka;

/// <summary>
/// The identifiers of erased people, as keyed hashes: the interceptor drops late and replayed events about them. Asked for
/// every record, so it answers from memory. Safe for concurrent callers.
/// </summary>
public interface ISuppressionList
{
    /// <summary>Whether events about this identifier are dropped.</summary>
    bool Contains(in IdentifierKey key);
}

using Governance.Masking.Contracts;
using Governance.Masking.Vault;

namespace Governance.Masking.Avro;

/// <summary>
/// The identifiers of one record, in the order in which its bytes hold them; the first pass over a record fills it, the
/// second reads it. Reusable after <see cref="Clear"/>; not for concurrent use.
/// </summary>
public sealed class RecordIdentifiers
{
    private readonly List<FoundIdentifier> _found = [];
    private readonly Dictionary<int, IdentifierKey> _slots = [];

    /// <summary>What was found, in wire order.</summary>
    public IReadOnlyList<FoundIdentifier> Found => _found;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _found.Clear();
        _slots.Clear();
    }

    internal void Add(in FoundIdentifier identifier, int slot)
    {
        _found.Add(identifier);
        if (slot >= 0)
        {
            _slots[slot] = identifier.Key;
        }
    }

    internal bool TryGetSlot(int slot, out IdentifierKey key) => _slots.TryGetValue(slot, out key);
}

/// <summary>An identifier that a record holds.</summary>
/// <param name="Key">Domain and blind index.</param>
/// <param name="Plain">The identifier as it came, as UTF-8; leaves memory with the batch.</param>
/// <param name="Link">How the record relates to whom it points at.</param>
public readonly record struct FoundIdentifier(IdentifierKey Key, ReadOnlyMemory<byte> Plain, Link Link);

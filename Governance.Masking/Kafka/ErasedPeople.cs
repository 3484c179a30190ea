using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;

namespace Governance.Masking.Kafka;

/// <summary>Tells for the records of one batch whether they are about erased people, and who of these begins anew.</summary>
internal sealed class ErasedPeople
{
    private readonly ISuppressionList _list;
    private readonly Func<IdentifierUse, IdentifierKey, bool> _isLate;
    private readonly List<IdentifierKey> _newer = [];
    private readonly HashSet<IdentifierKey> _renewed = [];
    private SourceEvent? _event;
    private bool _startsAnew;
    private bool _late;
    private bool _meetsNewer;

    public ErasedPeople(ISuppressionList list)
    {
        _list = list;
        // Made once: a record must not cost a delegate.
        _isLate = (use, key) => use.Link == Link.Owns && IsLate(key);
    }

    /// <summary>Begins an event.</summary>
    public void Begin(SourceEvent source, bool startsAnew)
    {
        // Only who is erased makes it worth a look: events lie far apart in memory.
        _event = source;
        _startsAnew = startsAnew;
        _late = _meetsNewer = false;
        _newer.Clear();
    }

    /// <summary>Looks at a part of the event; the batch is indexed.</summary>
    /// <returns>Whether it is known already that the event is dropped, so that no other part need be looked at.</returns>
    public bool Settles(AvroBatch batch, int record) => _late |= batch.HasIdentifier(record, _isLate);

    /// <summary>Ends an event of which every part was looked at, or enough of them.</summary>
    public ErasedFinding End()
    {
        if (_late)
        {
            return ErasedFinding.Suppressed;
        }

        if (_meetsNewer)
        {
            return ErasedFinding.SuppressedNewer;
        }

        if (_newer.Count > 0)
        {
            _renewed.UnionWith(_newer);
        }

        return ErasedFinding.Passes;
    }

    /// <summary>Makes known who begins anew, before anything of theirs is passed on.</summary>
    public ValueTask RenewAsync(CancellationToken cancellationToken) =>
        _renewed.Count == 0 ? ValueTask.CompletedTask : _list.RenewAsync(_renewed, cancellationToken);

    // What happened before an erasure is late whatever else the event says: a person may be erased more than once.
    private bool IsLate(in IdentifierKey key)
    {
        if (_list.SuppressedSince(key) is not { } since)
        {
            return false;
        }

        if (_event!.Time <= since)
        {
            return true;
        }

        if (_startsAnew)
        {
            _newer.Add(key);
        }
        else
        {
            _meetsNewer = true;
        }

        return false;
    }
}

/// <summary>What is to be done with an event.</summary>
internal enum ErasedFinding
{
    /// <summary>It is about nobody who was erased, or about somebody who begins anew.</summary>
    Passes,

    /// <summary>It is dropped: it is about somebody who was erased after it happened.</summary>
    Suppressed,

    /// <summary>It is dropped, though it is newer than every erasure of who it is about: its person seems to come again.</summary>
    SuppressedNewer,
}

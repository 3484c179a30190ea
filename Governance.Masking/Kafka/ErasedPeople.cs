using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Vault;

namespace Governance.Masking.Kafka;

/// <summary>Tells for the records of one batch whether they are about erased people, and who of these begins anew.</summary>
internal sealed class ErasedPeople
{
    private readonly ISuppressionList _list;
    private readonly Func<IdentifierUse, IdentifierKey, bool> _isDropped;
    private readonly List<IdentifierKey> _newer = [];
    private readonly HashSet<IdentifierKey> _renewed = [];
    private DateTimeOffset _time;
    private bool _startsAnew;

    public ErasedPeople(ISuppressionList list)
    {
        _list = list;
        // Made once: a record must not cost a delegate.
        _isDropped = (use, key) => use.Link == Link.Owns && IsDropped(key);
    }

    /// <summary>Begins an event.</summary>
    public void Begin(DateTimeOffset time, bool startsAnew)
    {
        _time = time;
        _startsAnew = startsAnew;
        _newer.Clear();
    }

    /// <summary>Whether a part of the event is about an erased person; the batch is indexed.</summary>
    public bool Holds(AvroBatch batch, int record) => batch.HasIdentifier(record, _isDropped);

    /// <summary>Ends an event that is passed on.</summary>
    public void Pass()
    {
        if (_newer.Count > 0)
        {
            _renewed.UnionWith(_newer);
        }
    }

    /// <summary>Makes known who begins anew, before anything of theirs is passed on.</summary>
    public ValueTask RenewAsync(CancellationToken cancellationToken) =>
        _renewed.Count == 0 ? ValueTask.CompletedTask : _list.RenewAsync(_renewed, cancellationToken);

    private bool IsDropped(in IdentifierKey key)
    {
        if (!_startsAnew)
        {
            return _list.Contains(key);
        }

        if (_list.SuppressedSince(key) is not { } since)
        {
            return false;
        }

        if (_time <= since)
        {
            return true;
        }

        _newer.Add(key);
        return false;
    }
}

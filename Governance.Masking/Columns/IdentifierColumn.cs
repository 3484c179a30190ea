using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Masking.Columns;

/// <summary>
/// The identifiers of one column in a batch: their plain text, then what they are known by, then their surrogates and subject
/// keys. Reused from batch to batch; not for concurrent use.
/// </summary>
/// <param name="domain">The identifier domain.</param>
/// <param name="values">The identifiers as they came.</param>
/// <param name="needsSubjectKeys">Whether values are sealed under these identifiers' keys.</param>
public sealed class IdentifierColumn(string domain, ValueColumn values, bool needsSubjectKeys)
{
    private State[] _states = [];
    private BlindIndex[] _indexes = [];
    private Guid[] _surrogates = [];
    private SubjectKey?[] _subjectKeys = [];

    /// <summary>The identifier domain.</summary>
    public string Domain { get; } = domain;

    /// <summary>The identifiers as they came.</summary>
    public ValueColumn Values { get; } = values;

    /// <summary>Whether <see cref="SubjectKeyOf"/> is wanted.</summary>
    public bool NeedsSubjectKeys { get; } = needsSubjectKeys;

    /// <summary>How many identifiers there are.</summary>
    public int Count => Values.Count;

    /// <summary>What an identifier is known by; set by <see cref="Identifiers.Index"/>.</summary>
    public IdentifierKey KeyOf(int index) => new(Domain, _indexes[index]);

    /// <summary>Its surrogate; set by <see cref="Identifiers.ResolveAsync(IReadOnlyList{IdentifierColumn}, CancellationToken)"/>.</summary>
    public Guid SurrogateOf(int index) => _surrogates[index];

    /// <summary>Its subject key; set where <see cref="NeedsSubjectKeys"/>.</summary>
    public SubjectKey? SubjectKeyOf(int index) => _subjectKeys[index];

    /// <summary>Whether the value is an identifier at all (known after indexing).</summary>
    public bool IsIdentifier(int index) => _states[index] != State.Invalid;

    /// <summary>Leaves an identifier out: it gets no row in the vault.</summary>
    public void Exclude(int index) => _states[index] = State.Excluded;

    /// <summary>Makes room, and forgets the last batch.</summary>
    internal void Begin()
    {
        if (_states.Length < Count)
        {
            var length = Math.Max(256, Count * 2);
            _states = new State[length];
            _indexes = new BlindIndex[length];
            _surrogates = new Guid[length];
            _subjectKeys = NeedsSubjectKeys ? new SubjectKey?[length] : [];
        }
        else
        {
            Array.Clear(_states, 0, Count);
        }
    }

    internal void Clear()
    {
        if (NeedsSubjectKeys)
        {
            Array.Clear(_subjectKeys);
        }
    }

    /// <summary>Whether it is still to be looked up.</summary>
    internal bool IsWanted(int index) => _states[index] == State.Indexed;

    internal BlindIndex IndexOf(int index) => _indexes[index];

    internal void SetIndex(int index, BlindIndex blindIndex)
    {
        _indexes[index] = blindIndex;
        _states[index] = State.Indexed;
    }

    internal void SetInvalid(int index) => _states[index] = State.Invalid;

    internal void Set(int index, Guid surrogate, SubjectKey? subjectKey)
    {
        _surrogates[index] = surrogate;
        if (NeedsSubjectKeys)
        {
            _subjectKeys[index] = subjectKey;
        }

        _states[index] = State.Resolved;
    }

    private enum State : byte
    {
        New,
        Invalid,
        Indexed,
        Excluded,
        Resolved,
    }
}

using Governance.Masking.Keys;
using Governance.Masking.Methods.Normalization;
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
    private readonly ByteBuffer _normalized = new();
    private State[] _states = [];
    private int[] _ends = [];
    private UInt128[] _indexes = [];
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
    public IdentifierKey KeyOf(int index) => new(Domain, IndexOf(index));

    /// <summary>
    /// Its surrogate; set by <see cref="Identifiers.ResolveAsync(IReadOnlyList{IdentifierColumn}, CancellationToken)"/>. Until then, and where it
    /// was excluded or is no identifier, all zeros: what the last batch left in its place is another person's.
    /// </summary>
    public Guid SurrogateOf(int index) => _states[index] == State.Resolved ? _surrogates[index] : Guid.Empty;

    /// <summary>Its subject key, where <see cref="NeedsSubjectKeys"/>; <see langword="null"/> where it has no surrogate.</summary>
    public SubjectKey? SubjectKeyOf(int index) => _states[index] == State.Resolved ? _subjectKeys[index] : null;

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
            _ends = new int[length];
            _indexes = new UInt128[length];
            _surrogates = new Guid[length];
            _subjectKeys = NeedsSubjectKeys ? new SubjectKey?[length] : [];
        }
        else
        {
            Array.Clear(_states, 0, Count);
        }

        _normalized.Clear();
    }

    /// <summary>Normalizes all values, and marks those that are no identifiers.</summary>
    internal void Normalize(INormalizer rule)
    {
        for (var index = 0; index < Count; index++)
        {
            var room = _normalized.GetSpan(Normalizers.MaxLength);
            if (rule.TryNormalize(Values.Plain(index), room, out var written, out _))
            {
                _normalized.Advance(written);
                _states[index] = State.Indexed;
            }
            else
            {
                _states[index] = State.Invalid;
            }

            _ends[index] = _normalized.Length;
        }
    }

    /// <summary>Computes the blind indexes of what was normalized.</summary>
    internal void Hash(CmacKey key) => key.HashMany(_normalized.Written, _ends.AsSpan(0, Count), _indexes);

    internal void Clear()
    {
        if (NeedsSubjectKeys)
        {
            Array.Clear(_subjectKeys);
        }
    }

    /// <summary>Whether it is still to be looked up.</summary>
    internal bool IsWanted(int index) => _states[index] == State.Indexed;

    internal BlindIndex IndexOf(int index) => BlindIndex.Of(_indexes[index]);

    internal void Set(int index, Guid surrogate, SubjectKey? subjectKey)
    {
        _surrogates[index] = surrogate;
        if (NeedsSubjectKeys)
        {
            _subjectKeys[index] = subjectKey;
        }

        _states[index] = State.Resolved;
    }

    // What the last batch left in its place is another person's.
    private static InvalidOperationException NotResolved() =>
        new("An identifier that was not resolved has no surrogate.");

    private enum State : byte
    {
        New,
        Invalid,
        Indexed,
        Excluded,
        Resolved,
    }
}

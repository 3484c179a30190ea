namespace Governance.Masking.Keys;

/// <summary>Something that is kept, and can be read with the key alone that it names.</summary>
public interface IKeyUse
{
    /// <summary>What it is, after a number: <c>vault rows</c>.</summary>
    string What { get; }

    /// <summary>How it gets rid of a key, as a sentence for the operator.</summary>
    string Remedy { get; }

    /// <summary>How many need each key; keys that nothing needs may be absent.</summary>
    /// <param name="enabled">The keys in use, the oldest first.</param>
    /// <param name="cancellationToken">Stops counting.</param>
    ValueTask<IReadOnlyDictionary<uint, long>> CountAsync(
        IReadOnlyList<uint> enabled,
        CancellationToken cancellationToken
    );
}

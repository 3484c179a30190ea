using System.Text.Json;

namespace Governance.Api.Features.Ledger.Chain;

/// <summary>
/// Walks a ledger from its first entry, one by one in the order given, and remembers the first entry that does not fit. It
/// trusts nothing but the payloads' own text.
/// </summary>
internal sealed class ChainCheck
{
    private readonly Dictionary<long, string> _watched = [];

    /// <summary>How many entries fit, from the first on.</summary>
    public long Length { get; private set; }

    /// <summary>The hash of the last entry that fits.</summary>
    public string HeadHash { get; private set; } = LedgerPayload.NoPrevious;

    /// <summary>The first that does not fit, or <see langword="null"/>.</summary>
    public ChainBreak? FirstBreak { get; private set; }

    /// <summary>Takes the next entry.</summary>
    /// <returns>Whether the chain still holds; once broken it stays broken.</returns>
    public bool Add(long sequence, string payload, string hash)
    {
        if (FirstBreak is null)
        {
            var expected = Length + 1;
            if (Fault(expected, sequence, payload, hash) is { } fault)
            {
                FirstBreak = new ChainBreak(expected, fault);
                return false;
            }

            Length = expected;
            HeadHash = hash;
            if (_watched.ContainsKey(sequence))
            {
                _watched[sequence] = hash;
            }
        }

        return FirstBreak is null;
    }

    /// <summary>Takes something in place of the next entry that is none.</summary>
    public void AddUnreadable(string reason) => FirstBreak ??= new ChainBreak(Length + 1, reason);

    /// <summary>Remembers the hash at a sequence, for <see cref="Holds"/>. Before the walk.</summary>
    public void Watch(long sequence) => _watched.TryAdd(sequence, "");

    /// <summary>Whether a watched anchor stands on the part of the chain that fits.</summary>
    public bool Holds(LedgerAnchor anchor) =>
        _watched.TryGetValue(anchor.Sequence, out var hash)
        && hash.Length > 0
        && string.Equals(hash, anchor.Hash, StringComparison.Ordinal);

    private string? Fault(long expected, long sequence, string payload, string hash)
    {
        if (sequence != expected)
        {
            return $"entry {expected} is not in its place: found {sequence}";
        }

        if (!string.Equals(LedgerPayload.Hash(payload), hash, StringComparison.Ordinal))
        {
            return "the payload does not have the hash that stands beside it";
        }

        return Read(payload) switch
        {
            null => "the payload cannot be read",
            var (own, _) when own != expected => $"the payload says that it is entry {own}",
            var (_, previous) when !string.Equals(previous, HeadHash, StringComparison.Ordinal) =>
                "the payload does not name the hash of the entry before",
            _ => null,
        };
    }

    private static (long Sequence, string Previous)? Read(string payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            return root.GetProperty("version").GetInt32() == LedgerPayload.Version
                ? (root.GetProperty("sequence").GetInt64(), root.GetProperty("previous").GetString() ?? "")
                : null;
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>Where a chain is broken.</summary>
/// <param name="Sequence">The first sequence that does not fit.</param>
/// <param name="Reason">Why; no part of the entry's text.</param>
internal sealed record ChainBreak(long Sequence, string Reason);

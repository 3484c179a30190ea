using Governance.Masking.Vault;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>
/// Rows of a person that must not be erased for now (GDPR Art. 17(3)), table by table. It is placed through one of their requests and
/// holds for the person: whichever request comes, by whichever alias, waits for it.
/// </summary>
internal sealed class LegalHold
{
    public Guid Id { get; init; }

    /// <summary>The request that it was placed through.</summary>
    public Guid RequestId { get; init; }

    /// <summary>The tables; empty for every table.</summary>
    public List<string> Datasets { get; init; } = [];

    public required string Reason { get; init; }

    /// <summary>When it ends by itself; <see langword="null"/> where it lasts until it is released.</summary>
    public DateTimeOffset? Until { get; init; }

    public DateTimeOffset PlacedAt { get; init; }

    public required string PlacedBy { get; init; }

    /// <summary>Tables that it came too late for: their statement had begun.</summary>
    public List<string> TooLateFor { get; init; } = [];

    public DateTimeOffset? ReleasedAt { get; set; }

    public string? ReleasedBy { get; set; }

    public string? ReleaseReason { get; set; }

    /// <summary>The person's identifiers, as blind indexes.</summary>
    public List<LegalHoldKey> Keys { get; init; } = [];

    /// <summary>Whether it holds a table.</summary>
    public bool Covers(string dataset) => Datasets.Count == 0 || Datasets.Contains(dataset, StringComparer.Ordinal);

    /// <summary>Adds identifiers that it does not have yet.</summary>
    public void Extend(IEnumerable<IdentifierKey> keys)
    {
        var known = Keys.Select(key => key.Key).ToHashSet();
        Keys.AddRange(keys.Where(known.Add).Select(key => LegalHoldKey.Of(Id, key)));
    }
}

/// <summary>One identifier of a held person: domain and blind index.</summary>
internal sealed class LegalHoldKey
{
    public Guid HoldId { get; init; }

    public required string Domain { get; init; }

    public required byte[] Index { get; init; }

    /// <summary>Domain and blind index.</summary>
    public IdentifierKey Key => new(Domain, BlindIndex.Read(Index));

    public static LegalHoldKey Of(Guid holdId, IdentifierKey key) =>
        new()
        {
            HoldId = holdId,
            Domain = key.Domain,
            Index = key.Index.ToByteArray(),
        };
}

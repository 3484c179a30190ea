namespace Governance.Api.Features.Ledger.Chain;

/// <summary>A row of the ledger. The payload says everything; beside it stand only its place and its hash.</summary>
internal sealed class LedgerEntry
{
    /// <summary>Counted from 1, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>Canonical JSON, as <see cref="LedgerPayload"/> writes it.</summary>
    public required string Payload { get; init; }

    /// <summary>SHA-256 of the payload's UTF-8 bytes, lower-case hex.</summary>
    public required string Hash { get; init; }
}

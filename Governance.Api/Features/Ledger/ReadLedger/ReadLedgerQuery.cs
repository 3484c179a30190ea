using System.Globalization;
using System.Text.Json;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Http;
using Governance.Api.Pipeline;
using Governance.Api.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Ledger.ReadLedger;

/// <summary>A page of the ledger.</summary>
/// <param name="After">Entries behind this sequence.</param>
/// <param name="Limit">At most so many.</param>
internal sealed record ReadLedgerQuery(long After, int Limit) : IRequest<Result<LedgerPage>>
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;
}

/// <summary>A page.</summary>
/// <param name="Entries">In order.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; <see langword="null"/> at the end.</param>
internal sealed record LedgerPage(IReadOnlyList<LedgerItem> Entries, long? Next);

/// <summary>An entry, taken apart for reading.</summary>
/// <param name="Sequence">Counted from 1.</param>
/// <param name="Time">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Action">What.</param>
/// <param name="Target">On what.</param>
/// <param name="Details">Codes, counts and ids.</param>
/// <param name="Previous">The hash of the entry before.</param>
/// <param name="Hash">SHA-256 of <paramref name="Payload"/>.</param>
/// <param name="Payload">The text that is hashed.</param>
internal sealed record LedgerItem(
    long Sequence,
    DateTimeOffset Time,
    string Actor,
    string Action,
    string Target,
    JsonElement Details,
    string Previous,
    string Hash,
    string Payload
);

internal sealed class ReadLedgerValidator : IRequestValidator<ReadLedgerQuery>
{
    public IEnumerable<Fault> Validate(ReadLedgerQuery request)
    {
        if (request.After < 0)
        {
            yield return new Fault("after", "out_of_range", "Write 0, or the sequence of an entry.");
        }

        if (request.Limit is < 1 or > ReadLedgerQuery.MaxLimit)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"Write 1 to {ReadLedgerQuery.MaxLimit}.");
            yield return new Fault("limit", "out_of_range", message);
        }
    }
}

internal sealed class ReadLedgerHandler(IStateStore store) : IRequestHandler<ReadLedgerQuery, Result<LedgerPage>>
{
    public async Task<Result<LedgerPage>> Handle(ReadLedgerQuery request, CancellationToken cancellationToken)
    {
        var entries = await store.ReadAsync(
            db =>
                db.Set<LedgerEntry>()
                    .Where(entry => entry.Sequence > request.After)
                    .OrderBy(entry => entry.Sequence)
                    .Take(request.Limit + 1)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        var page = entries.Take(request.Limit).Select(Item).ToArray();
        return new LedgerPage(page, entries.Count > request.Limit ? page[^1].Sequence : null);
    }

    private static LedgerItem Item(LedgerEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Payload);
        var payload = document.RootElement;
        return new LedgerItem(
            entry.Sequence,
            payload.GetProperty("time").GetDateTimeOffset(),
            payload.GetProperty("actor").GetString()!,
            payload.GetProperty("action").GetString()!,
            payload.GetProperty("target").GetString()!,
            payload.GetProperty("details").Clone(),
            payload.GetProperty("previous").GetString()!,
            entry.Hash,
            entry.Payload
        );
    }
}

using System.Security.Cryptography;
using System.Text;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Revealing;
using Governance.Masking.Vault;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>
/// Opens a person's own values for their archive, by the one way back that there is. The ledger has an entry for each call, with how many
/// values were opened and one hash over their references: nobody else sees them, so they are not listed one by one.
/// </summary>
internal sealed class ExportReveal(
    IContractCatalogSource contracts,
    TenantKeys keys,
    Identifiers identifiers,
    ILedger ledger,
    IStateStore state
)
{
    private readonly Reveal _reveal = new(contracts, keys, identifiers, new Audit(ledger, state));

    /// <summary>Opens values of a column, however many.</summary>
    /// <param name="request">The subject request that they are for.</param>
    /// <param name="type">Its type.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="path">The column.</param>
    /// <param name="values">The masked values, each once.</param>
    /// <param name="cancellationToken">Stops in between.</param>
    public async Task<Dictionary<MaskedValue, RevealedValue>> OpenAsync(
        Guid request,
        string type,
        string dataset,
        string path,
        IReadOnlyCollection<MaskedValue> values,
        CancellationToken cancellationToken
    )
    {
        var opened = new Dictionary<MaskedValue, RevealedValue>();
        foreach (var some in values.Chunk(RevealRequest.MaximumValues))
        {
            var answers = await _reveal.RevealAsync(
                new RevealRequest(dataset, path, some, $"subject-request.{type}", FulfilStart.Worker)
                {
                    Grounds = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["request"] = request.ToString(),
                    },
                },
                cancellationToken
            );
            foreach (var (value, answer) in some.Zip(answers))
            {
                opened[value] = answer;
            }
        }

        return opened;
    }

    private sealed class Audit(ILedger ledger, IStateStore state) : IRevealAudit
    {
        public async ValueTask WriteAsync(RevealFact fact, CancellationToken cancellationToken) =>
            await state.WriteAsync(
                async db =>
                {
                    var references = string.Concat(fact.Values.Select(value => value.Reference));
                    var details = new LedgerDetails
                    {
                        { "column", fact.ColumnPath },
                        { "method", fact.Method },
                        { "purpose", fact.Purpose },
                        { "asked", fact.Asked },
                        { "revealed", fact.Revealed },
                        {
                            "references",
                            Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(references)))
                        },
                    };
                    foreach (var (name, ground) in fact.Grounds)
                    {
                        details.Add(name, ground);
                    }

                    await ledger.AppendAsync(
                        db,
                        new LedgerFact(fact.Actor, "values.exported", $"dataset/{fact.Dataset}", details),
                        cancellationToken
                    );
                },
                cancellationToken
            );
    }
}

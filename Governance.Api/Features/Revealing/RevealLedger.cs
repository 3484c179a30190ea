using Governance.Api.Features.Ledger;
using Governance.Api.Identity;
using Governance.Policies.Decisions;

namespace Governance.Api.Features.Revealing;

/// <summary>
/// What the ledger is told of refused calls; each value of the others is written down by <c>LedgerRevealAudit</c>. Names that
/// no contract and no grant knows are the caller's own words, and are left out. Never cancelled: who tried stands there.
/// </summary>
internal sealed class RevealLedger(ILedger ledger)
{
    public async Task RefusedAsync(RevealAttempt attempt, string code)
    {
        var details = new LedgerDetails { { "code", code }, { "asked", attempt.Asked } };
        foreach (var (name, value) in attempt.Grounds)
        {
            details.Add(name, value);
        }

        await ledger.AppendAsync(
            new LedgerFact(attempt.Actor.Id, "reveal.refused", $"reveal/{attempt.Id}", details),
            CancellationToken.None
        );
    }
}

/// <summary>One call, and what is known of it by now.</summary>
internal sealed class RevealAttempt(Guid id, Actor actor, int asked)
{
    private readonly Dictionary<string, string> _grounds = new(StringComparer.Ordinal);

    public Guid Id => id;

    public Actor Actor => actor;

    /// <summary>How many values it asks for.</summary>
    public int Asked => asked;

    /// <summary>Codes and ids by which it is decided.</summary>
    public IReadOnlyDictionary<string, string> Grounds => _grounds;

    public void Because(string? reason)
    {
        if (reason is not null)
        {
            _grounds["reason"] = reason;
        }
    }

    /// <summary>The dataset and the column are those of a contract.</summary>
    public void Names(string dataset, string column)
    {
        _grounds["dataset"] = dataset;
        _grounds["column"] = column;
    }

    /// <summary>The purpose is a grant's.</summary>
    public void By(RevealGrant grant)
    {
        _grounds["grant"] = grant.Id;
        _grounds["purpose"] = grant.Purpose;
    }

    public void Decided(PolicyStamp policy)
    {
        _grounds["policyVersion"] = policy.Version;
        _grounds["policyHash"] = policy.Hash;
    }

    /// <summary>What the audit of the values does not know by itself.</summary>
    public IReadOnlyDictionary<string, string> GroundsOfValues() =>
        new Dictionary<string, string>(
            _grounds.Where(ground => ground.Key is not ("dataset" or "column" or "purpose")),
            StringComparer.Ordinal
        )
        {
            ["reveal"] = id.ToString(),
        };
}

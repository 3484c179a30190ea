namespace Governance.Api.Features.Ledger;

/// <summary>
/// What the ledger is told. It is kept for ever and cannot be erased: ids, codes, names of tables and counts only, never a
/// personal value, a surrogate or a blind index of a subject. (A revealed value is told by a hash of its masked form: it points at nobody
/// once the vault has forgotten that.)
/// </summary>
/// <param name="Actor">Who: a person's account id, or <c>system:{part}</c>.</param>
/// <param name="Action">What: <c>subject-request.approved</c>, <c>contract.published</c>, …; lower case, dotted.</param>
/// <param name="Target">On what: <c>subject-request/{id}</c>, <c>contract/{id}</c>, …</param>
/// <param name="Details">Codes, counts and ids.</param>
internal sealed record LedgerFact(string Actor, string Action, string Target, LedgerDetails Details);

/// <summary>Where an entry stands on the chain.</summary>
/// <param name="Sequence">Counted from 1.</param>
/// <param name="Hash">SHA-256 of its payload, lower-case hex.</param>
internal sealed record LedgerAnchor(long Sequence, string Hash);

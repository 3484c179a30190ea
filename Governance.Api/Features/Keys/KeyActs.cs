using Governance.Api.Features.Ledger;
using Governance.Api.Http;
using Governance.Masking.Keys;

namespace Governance.Api.Features.Keys;

/// <summary>
/// Acts upon the keys, each one an entry of the ledger. The entry is written before the keyset is: after a crash between the two it
/// tells of an act that did not happen, and never the other way.
/// </summary>
/// <param name="rotation">Does them.</param>
/// <param name="ledger">Where they are written; <see langword="null"/> where there is no state.</param>
/// <param name="keys">This process's keys, which take over what was done at once; <see langword="null"/> where it has none.</param>
internal sealed class KeyActs(KeyRotation rotation, ILedger? ledger, TenantKeys? keys)
{
    /// <summary>The code of a refusal that passes by itself.</summary>
    public const string NotReadEverywhere = "key_not_read_everywhere";

    /// <summary>Adds a key.</summary>
    public Task<Result<KeyInfo>> AddAsync(string actor, CancellationToken cancellationToken) =>
        RunAsync(actor, "key.added", force: false, rotation.AddAsync, cancellationToken);

    /// <summary>Lets a key write.</summary>
    public Task<Result<KeyInfo>> PromoteAsync(
        string actor,
        uint keyId,
        bool force,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            actor,
            "key.promoted",
            force,
            (act, token) => rotation.PromoteAsync(keyId, act, token),
            cancellationToken
        );

    /// <summary>Puts a key out of use.</summary>
    public Task<Result<KeyInfo>> RetireAsync(
        string actor,
        uint keyId,
        bool force,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            actor,
            "key.retired",
            force,
            (act, token) => rotation.RetireAsync(keyId, act, token),
            cancellationToken
        );

    /// <summary>Lets a retired key read again.</summary>
    public Task<Result<KeyInfo>> RestoreAsync(string actor, uint keyId, CancellationToken cancellationToken) =>
        RunAsync(
            actor,
            "key.restored",
            force: false,
            (act, token) => rotation.RestoreAsync(keyId, act, token),
            cancellationToken
        );

    /// <summary>Removes a retired key for good.</summary>
    public Task<Result<KeyInfo>> DestroyAsync(
        string actor,
        uint keyId,
        bool force,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            actor,
            "key.destroyed",
            force,
            (act, token) => rotation.DestroyAsync(keyId, act, token),
            cancellationToken
        );

    /// <summary>Adds the keys of another keyset.</summary>
    public Task<Result<IReadOnlyList<KeyInfo>>> ImportAsync(
        string actor,
        ReadOnlyMemory<byte> keyset,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            actor,
            "key.imported",
            force: false,
            (act, token) => rotation.ImportAsync(keyset, act, token),
            cancellationToken
        );

    /// <summary>Writes something else about keys to the ledger.</summary>
    public async Task RecordAsync(
        string actor,
        string action,
        string target,
        LedgerDetails details,
        CancellationToken cancellationToken
    )
    {
        if (ledger is not null)
        {
            await ledger.AppendAsync(new LedgerFact(actor, action, target, details), cancellationToken);
        }
    }

    private async Task<Result<T>> RunAsync<T>(
        string actor,
        string action,
        bool force,
        Func<KeyAct, CancellationToken, Task<T>> run,
        CancellationToken cancellationToken
    )
    {
        string? recorded = null;
        var act = new KeyAct(
            force,
            (keyId, token) =>
            {
                recorded = $"key/{keyId}";
                return RecordAsync(actor, action, recorded, new LedgerDetails { { "force", force } }, token);
            }
        );
        try
        {
            var done = await run(act, cancellationToken);
            if (keys is not null)
            {
                await keys.ReloadAsync(cancellationToken);
            }

            return done;
        }
        catch (KeyRotationException refused)
        {
            if (recorded is not null)
            {
                await RecordAsync(
                    actor,
                    "key.act-taken-back",
                    recorded,
                    new LedgerDetails { { "action", action }, { "reason", Code(refused.Refusal) } },
                    CancellationToken.None
                );
            }

            return refused.Refusal == KeyRefusal.UnknownKey
                ? Failure.NotFound(Code(refused.Refusal), refused.Detail, refused.Next)
                : Failure.Conflict(Code(refused.Refusal), refused.Detail, refused.Next);
        }
    }

    private static string Code(KeyRefusal refusal) =>
        refusal switch
        {
            KeyRefusal.UnknownKey => "unknown_key",
            KeyRefusal.IsPrimary => "key_is_primary",
            KeyRefusal.IsRetired => "key_is_retired",
            KeyRefusal.NotRetired => "key_not_retired",
            KeyRefusal.NotReadEverywhere => NotReadEverywhere,
            KeyRefusal.StillNeeded => "key_still_needed",
            KeyRefusal.TooEarly => "key_retired_too_recently",
            KeyRefusal.IdTaken => "key_id_taken",
            _ => "key_act_refused",
        };
}

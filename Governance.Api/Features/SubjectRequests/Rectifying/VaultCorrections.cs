using System.Globalization;
using System.Text;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Masking;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.SubjectRequests.Rectifying;

/// <summary>
/// Corrects identifiers where they live: in the vault. The surrogate stays, so no table changes, and every table has the right one: what
/// the surrogate stands for, and what claims and events find it by.
/// </summary>
internal sealed class VaultCorrections(
    SubjectRequestStore requests,
    Identifiers identifiers,
    IWarehouse warehouse,
    IFaultPoints points,
    TimeProvider time
)
{
    /// <summary>By which plans and receipts name the vault beside the tables; no dataset can have this name.</summary>
    public const string Vault = "(vault)";

    /// <summary>What cannot be an identifier. Faults name the place, never the value.</summary>
    public IReadOnlyList<Fault> Faults(IReadOnlyList<CorrectionBody> corrections)
    {
        var faults = new List<Fault>();
        foreach (var (at, one) in corrections.Index().Where(one => one.Item.IsOfIdentifier))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"corrections[{at}]");
            var keys = new[] { ("wrong", one.Wrong!), ("value", one.Value!) }
                .Select(part =>
                {
                    if (identifiers.TryGetKey(one.Domain!, Encoding.UTF8.GetBytes(part.Item2), out var key))
                    {
                        return key;
                    }

                    faults.Add(
                        new Fault($"{path}.{part.Item1}", "malformed", "It cannot be an identifier of its domain.")
                    );
                    return default;
                })
                .ToArray();
            if (keys[0] != default && keys[0] == keys[1])
            {
                faults.Add(
                    new Fault(
                        $"{path}.value",
                        "the_same",
                        "Both are the same once they are normalized: nothing is wrong."
                    )
                );
            }
        }

        return faults;
    }

    /// <summary>The item that a plan has for the vault; <see langword="null"/> where no identifier is corrected.</summary>
    public static RequestItem? ItemOf(SubjectRequest request, int position)
    {
        string[] domains =
        [
            .. (request.Demand?.Corrected ?? [])
                .Where(place => place.StartsWith($"{Vault}.", StringComparison.Ordinal))
                .Select(place => place[(Vault.Length + 1)..]),
        ];
        return domains.Length == 0
            ? null
            : new RequestItem
            {
                RequestId = request.Id,
                Position = position,
                Dataset = Vault,
                ContractId = "",
                Action = ItemAction.Correct,
                Columns = [.. domains],
                EstimatedRows = domains.Length,
            };
    }

    /// <summary>Keyed hash of the wrong identifiers, or of the right ones.</summary>
    public string HashOf(IEnumerable<CorrectionBody> corrections, bool right)
    {
        var text = string.Concat(
            corrections.Select(one =>
            {
                var value = right ? one.Value! : one.Wrong!;
                return string.Create(CultureInfo.InvariantCulture, $"{one.Domain}:{value.Length}:{value};");
            })
        );
        return identifiers.TryGetKey("rectification", Encoding.UTF8.GetBytes($"identifiers:{text}"), out var key)
            ? key.Index.ToString()
            : "";
    }

    /// <summary>Corrects those that are the person's; run again, it changes nothing.</summary>
    /// <returns>Why an identifier was not corrected: a stable code; <see langword="null"/> where all were.</returns>
    public async Task<string?> RunAsync(
        Guid requestId,
        IReadOnlyList<CorrectionBody> corrections,
        CancellationToken cancellationToken
    )
    {
        string? code = null;
        var own = await OwnAsync(requestId, corrections, cancellationToken);
        foreach (var one in corrections)
        {
            var (wrong, right) = KeysOf(one);
            code = await LookAsync(own, one, cancellationToken) switch
            {
                State.Corrected => code,
                State.Wrong => await CorrectAsync(wrong, right, one.Value!, cancellationToken) ?? code,
                State.Known => "identifier_taken",
                _ => "identifier_not_theirs",
            };
        }

        return code;
    }

    /// <summary>How many of them stand in the vault as they should.</summary>
    public async Task<int> CountRightAsync(
        Guid requestId,
        IReadOnlyList<CorrectionBody> corrections,
        CancellationToken cancellationToken
    )
    {
        var right = 0;
        var own = await OwnAsync(requestId, corrections, cancellationToken);
        foreach (var one in corrections)
        {
            right += await LookAsync(own, one, cancellationToken) is State.Corrected ? 1 : 0;
        }

        return right;
    }

    private async Task<string?> CorrectAsync(
        IdentifierKey wrong,
        IdentifierKey right,
        string value,
        CancellationToken cancellationToken
    )
    {
        // Whoever is held by the wrong identifier is held by the right one, from before it stands.
        await requests.WriteAsync(
            async db =>
            {
                var holds = await HeldPeople.InForce(db, time.GetUtcNow()).ToListAsync(cancellationToken);
                foreach (var hold in holds.Where(hold => hold.Keys.Exists(key => key.Key == wrong)))
                {
                    hold.Extend([right]);
                }

                return true;
            },
            cancellationToken
        );
        var came = await identifiers.CorrectAsync(wrong, right, Encoding.UTF8.GetBytes(value), cancellationToken);
        points.Reached(FulfilSteps.IdentifierCorrected);
        return came switch
        {
            VaultReplacement.Replaced => null,
            VaultReplacement.Taken => "identifier_taken",
            _ => "identifier_not_theirs",
        };
    }

    // A correction leaves surrogates as they are: what is theirs is read once for all of them.
    private async Task<HashSet<LinkedIdentifier>> OwnAsync(
        Guid requestId,
        IReadOnlyList<CorrectionBody> corrections,
        CancellationToken cancellationToken
    ) =>
        corrections.Count == 0
            ? []
            : [.. await warehouse.ReadKeysAsync(RequestKeySets.Owned(requestId), cancellationToken)];

    private async Task<State> LookAsync(
        HashSet<LinkedIdentifier> own,
        CorrectionBody correction,
        CancellationToken cancellationToken
    )
    {
        var (wrong, right) = KeysOf(correction);
        var found = await identifiers.FindAsync([wrong, right], cancellationToken);
        return (Stands(wrong), Stands(right)) switch
        {
            (null, true) => State.Corrected,
            (true, null) => State.Wrong,
            (true, _) => State.Known,
            _ => State.NotTheirs,
        };

        // Whether it is theirs; null where the vault does not know it.
        bool? Stands(IdentifierKey key) =>
            found.TryGetValue(key, out var row) ? own.Contains(new LinkedIdentifier(key.Domain, row.Surrogate)) : null;
    }

    private (IdentifierKey Wrong, IdentifierKey Right) KeysOf(CorrectionBody correction)
    {
        _ = identifiers.TryGetKey(correction.Domain!, Encoding.UTF8.GetBytes(correction.Wrong!), out var wrong);
        _ = identifiers.TryGetKey(correction.Domain!, Encoding.UTF8.GetBytes(correction.Value!), out var right);
        return (wrong, right);
    }

    private enum State
    {
        /// <summary>The wrong one is theirs, and the right one is nobody's yet.</summary>
        Wrong,

        /// <summary>The right one is theirs, and the wrong one is gone.</summary>
        Corrected,

        /// <summary>Both are known: there is nothing to put in the wrong one's place.</summary>
        Known,

        /// <summary>The wrong one is not theirs.</summary>
        NotTheirs,
    }
}

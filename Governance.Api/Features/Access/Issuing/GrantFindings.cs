using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Ledger;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>Finds views and row rules that nobody granted. A view of a grant that has ended is taken away; others are told.</summary>
internal sealed partial class GrantFindings(
    IStateStore state,
    GrantStore grants,
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    ILedger ledger,
    TimeProvider time,
    ILogger<GrantFindings> logger
)
{
    /// <summary>What was found, the newest first.</summary>
    public Task<List<GrantFinding>> ReadAsync(CancellationToken cancellationToken) =>
        state.ReadAsync(
            db =>
                db.Set<GrantFinding>()
                    .OrderBy(finding => finding.GoneAt != null)
                    .ThenByDescending(finding => finding.FoundAt)
                    .Take(1000)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );

    /// <summary>Looks once.</summary>
    /// <param name="views">All views that stand.</param>
    /// <param name="cancellationToken">Stops in between; the next look goes on.</param>
    public async Task LookAsync(IReadOnlyCollection<IssuedView> views, CancellationToken cancellationToken)
    {
        var names = views.Select(view => view.Name).ToArray();
        var known = await grants.ReadAsync(
            all => all.Where(grant => names.Contains(grant.ViewName)),
            cancellationToken
        );
        foreach (var back in known.Where(grant => !GrantStates.Open.Contains(grant.State)))
        {
            await TakeAwayAgainAsync(back, cancellationToken);
        }

        var granted = known.Select(grant => grant.ViewName).ToHashSet(StringComparer.Ordinal);
        List<GrantFinding> found =
        [
            .. views
                .Where(view => !granted.Contains(view.Name))
                .Select(view => Found("view", view.Dataset ?? "", view.Name, view.Readers.Length)),
        ];
        foreach (var dataset in contracts.Current.Datasets)
        {
            found.AddRange(
                (await warehouse.ReadRowRulesAsync(dataset, cancellationToken))
                    .Where(rule => !IssuedNames.IsOfRowRule(rule.Name))
                    .Select(rule => Found("row_rule", dataset.Name, rule.Name, rule.Members.Length))
            );
        }

        await KeepAsync(found, cancellationToken);
    }

    private async Task TakeAwayAgainAsync(Grant grant, CancellationToken cancellationToken)
    {
        _ = (await warehouse.RevokeViewAsync(grant.ViewName, cancellationToken)).Value;
        await grants.ChangeAsync(
            grant.Id,
            async (db, current) =>
            {
                await grants.RecordAsync(
                    db,
                    current,
                    GrantObservations.Actor,
                    "drift",
                    new LedgerDetails { { "found", "view_returned" }, { "repaired", true } },
                    cancellationToken
                );
                return true;
            },
            cancellationToken
        );
    }

    private async Task KeepAsync(List<GrantFinding> found, CancellationToken cancellationToken)
    {
        var before = await state.ReadAsync(
            db => db.Set<GrantFinding>().Where(one => one.GoneAt == null).ToListAsync(cancellationToken),
            cancellationToken
        );
        var isSame = before.Select(Key).ToHashSet().SetEquals(found.Select(Key));
        if (isSame)
        {
            return;
        }

        await state.WriteAsync(
            async db =>
            {
                var all = await db.Set<GrantFinding>().ToDictionaryAsync(Key, cancellationToken);
                foreach (var one in found)
                {
                    if (all.GetValueOrDefault(Key(one)) is not { } kept)
                    {
                        db.Add(one);
                    }
                    else if (kept.GoneAt is null)
                    {
                        continue;
                    }
                    else
                    {
                        (kept.GoneAt, kept.FoundAt, kept.Members) = (null, one.FoundAt, one.Members);
                    }

                    await TellAsync(db, one, "found", cancellationToken);
                    LogFound(one.Kind, one.Name);
                }

                var standing = found.Select(Key).ToHashSet();
                foreach (var gone in all.Values.Where(one => one.GoneAt is null && !standing.Contains(Key(one))))
                {
                    gone.GoneAt = time.GetUtcNow();
                    await TellAsync(db, gone, "gone", cancellationToken);
                }
            },
            cancellationToken
        );
    }

    private Task<LedgerAnchor> TellAsync(
        StateDbContext db,
        GrantFinding one,
        string act,
        CancellationToken cancellationToken
    ) =>
        ledger.AppendAsync(
            db,
            new LedgerFact(
                GrantObservations.Actor,
                $"grant-finding.{act}",
                $"{one.Kind}/{one.Name}",
                new LedgerDetails { { "dataset", one.Dataset }, { "members", one.Members } }
            ),
            cancellationToken
        );

    private GrantFinding Found(string kind, string dataset, string name, int members) =>
        new()
        {
            Kind = kind,
            Dataset = dataset,
            Name = name,
            Members = members,
            FoundAt = time.GetUtcNow(),
        };

    private static (string, string, string) Key(GrantFinding finding) => (finding.Kind, finding.Dataset, finding.Name);

    [LoggerMessage(
        LogLevel.Warning,
        "A {Kind} that nobody granted stands in the warehouse: {Name}. Grant what it is for, and remove it; GET /grant-findings lists all."
    )]
    private partial void LogFound(string kind, string name);
}

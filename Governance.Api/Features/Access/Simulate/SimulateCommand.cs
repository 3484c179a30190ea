using System.Text;
using Governance.Api.Features.Access.Deciding;
using Governance.Api.Features.Access.Grants;
using Governance.Api.Features.Access.Requests;
using Governance.Api.Http;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using Governance.Policies.Rego;
using MediatR;

namespace Governance.Api.Features.Access.Simulate;

/// <summary>Shows the consequences of changed policies before they are in force.</summary>
internal sealed class SimulateCommand(SimulateBody body) : IRequest<Result<SimulationView>>
{
    public SimulateBody Body { get; } = body;
}

internal sealed class SimulateHandler(
    IPolicySnapshots policies,
    IContractCatalogSource contracts,
    GrantStore grants,
    AccessRequestStore requests,
    GrantReviser reviser,
    SimulatedGrants consequences,
    TimeProvider time
) : IRequestHandler<SimulateCommand, Result<SimulationView>>
{
    private const int MostFiles = 1000;

    public async Task<Result<SimulationView>> Handle(SimulateCommand command, CancellationToken cancellationToken)
    {
        if (policies.Current is not { } current)
        {
            return Failure.Unavailable(
                "policy_unavailable",
                "No policies are in force, so nothing can be laid over them.",
                "/health/ready says of the part policy what is wrong."
            );
        }

        var changed = Load(current, command.Body.Files);
        if (!changed.IsOk)
        {
            return changed.Failure;
        }

        var point = new EmbeddedDecisionPoint(new FixedPolicies(changed.Value), new EvaluationLimits(), time);
        var decider = new AccessDecider(point);
        var held = await grants.InForceAsync(time.GetUtcNow(), cancellationToken);
        var revised = new List<(Grant, GrantRevision)>();
        foreach (var grant in held)
        {
            revised.Add((grant, await reviser.ReviseAsync(grant, decider, cancellationToken)));
        }

        int Count(RevisionOutcome outcome) => revised.Count(one => one.Item2.Outcome == outcome);
        return new SimulationView(
            current.Stamp,
            changed.Value.Stamp,
            new SimulationCounts(
                revised.Count,
                Count(RevisionOutcome.Unchanged),
                Count(RevisionOutcome.Changed),
                Count(RevisionOutcome.Ends),
                Count(RevisionOutcome.Undecided)
            ),
            await consequences.GrantsAsync(revised, cancellationToken),
            await consequences.ViewsAsync(revised, cancellationToken),
            SimulatedGrants.RowRules(revised),
            await RequestsAsync(decider, cancellationToken)
        );
    }

    private static Result<PolicySnapshot> Load(PolicySnapshot current, IReadOnlyDictionary<string, string?> changes)
    {
        if (changes.Count is 0 or > MostFiles)
        {
            return Failure.Invalid("out_of_range", $"Between one and {MostFiles} files are changed.");
        }

        if (changes.Keys.FirstOrDefault(path => !IsPath(path)) is not null)
        {
            return Failure.Invalid(
                "path_malformed",
                "A file's path has parts of letters, digits, _, - and ., parted by slashes, and ends with .rego or .json.",
                "Write it as in the folder of policies: purposes/data.json."
            );
        }

        try
        {
            return PolicySnapshot.Load([
                .. current.Files.Where(file => !changes.ContainsKey(file.Path)),
                .. changes
                    .Where(change => change.Value is not null)
                    .Select(change => new PolicyFile(change.Key, Encoding.UTF8.GetBytes(change.Value!))),
            ]);
        }
        catch (PolicyLoadException exception)
        {
            return Failure.InvalidDocument(
                "policies_at_fault",
                "The changed policies are at fault, and would not be put in force.",
                "Mend what the faults name.",
                [
                    .. exception.Faults.Select(fault => new Fault(
                        fault.File,
                        fault.Code,
                        fault.Message,
                        fault.Line > 0 ? fault.Line : null,
                        fault.Column > 0 ? fault.Column : null
                    )),
                ]
            );
        }
    }

    private static bool IsPath(string path) =>
        path.Length is > 5 and <= 255
        && (path.EndsWith(".rego", StringComparison.Ordinal) || path.EndsWith(".json", StringComparison.Ordinal))
        && path.Split('/')
            .All(part =>
                part.Length > 0
                && part[0] != '.'
                && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            );

    private async Task<IReadOnlyList<SimulatedRequest>> RequestsAsync(
        AccessDecider decider,
        CancellationToken cancellationToken
    )
    {
        var open = await requests.ReadAsync(
            all =>
                all.Where(request => request.State == AccessRequestState.Pending)
                    .OrderBy(request => request.RequestedAt),
            cancellationToken
        );
        var other = new List<SimulatedRequest>();
        foreach (var request in open)
        {
            if (contracts.Current.FindDataset(request.Dataset) is not { } dataset)
            {
                continue;
            }

            var decided = await decider.DecideAsync(
                new AccessQuestion(request.Subject, dataset, request.Purpose, [.. request.Columns], request.Duration),
                cancellationToken
            );
            if (decided.Outcome != request.Decision.Outcome || decided.Decision.Approvals != request.Decision.Approvals)
            {
                other.Add(
                    new SimulatedRequest(
                        request.Id,
                        request.Dataset,
                        request.Purpose,
                        DecisionView.Of(decided.Decision) with
                        {
                            Outcome = decided.Outcome,
                            Reasons = [.. decided.Decision.Reasons.Union(decided.Refusals)],
                        }
                    )
                );
            }
        }

        return other;
    }
}

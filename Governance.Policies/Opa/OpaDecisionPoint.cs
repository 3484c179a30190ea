using Governance.Policies.Decisions;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Policies.Opa;

/// <summary>Asks a policy server; the same questions and answers as the embedded evaluator's.</summary>
public sealed class OpaDecisionPoint : IPolicyDecisionPoint, IDisposable
{
    private readonly OpaClient client;
    private readonly IPolicySnapshots served;
    private readonly TimeProvider time;

    /// <summary>Makes one. Nothing is asked before first use.</summary>
    /// <param name="options">Where the server is.</param>
    /// <param name="served">The policies that this service hands out as a bundle: by their hash a decision's version is known.</param>
    /// <param name="time">The clock.</param>
    public OpaDecisionPoint(OpaOptions options, IPolicySnapshots served, TimeProvider time)
    {
        (this.served, this.time) = (served, time);
        client = new OpaClient(options, time);
    }

    /// <inheritdoc/>
    public async ValueTask<AccessDecision> DecideAccessAsync(
        AccessQuestion question,
        CancellationToken cancellationToken
    ) =>
        await AskAsync(
                DecisionPaths.Access,
                DecisionInput.Of(question, time.GetUtcNow()),
                (answer, stamp) => DecisionAnswer.Access(answer, question, stamp),
                AccessDecision.Denied,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<EndpointDecision> MayCallAsync(
        EndpointQuestion question,
        CancellationToken cancellationToken
    ) =>
        await AskAsync(
                DecisionPaths.Endpoint,
                DecisionInput.Of(question),
                DecisionAnswer.Endpoint,
                EndpointDecision.Denied,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<ApprovalDecision> MayApproveAsync(
        ApprovalQuestion question,
        CancellationToken cancellationToken
    ) =>
        await AskAsync(
                DecisionPaths.Approval,
                DecisionInput.Of(question),
                DecisionAnswer.Approval,
                ApprovalDecision.Denied,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<ObjectionDecision> DecideObjectionAsync(
        ObjectionQuestion question,
        CancellationToken cancellationToken
    ) =>
        await AskAsync(
                DecisionPaths.Objection,
                DecisionInput.Of(question),
                (answer, stamp) => DecisionAnswer.Objection(answer, question, stamp),
                ObjectionDecision.Denied,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<RowDecision> RowConditionAsync(RowQuestion question, CancellationToken cancellationToken)
    {
        var stamp = PolicyStamp.None;
        try
        {
            var row = DatasetInput.Of(question.Dataset).Row;
            var input = DecisionInput.Of(question);
            if (!DecisionPaths.IsPath(question.Rule) || input.Member(row.Table) is not null)
            {
                throw new FormatException(
                    "The rule is no path of data, or the dataset's name is one of what is known in the question."
                );
            }

            // The compile API does not say by which policies it answers; whoever changed in between is seen by the second look.
            var before = StampOf(await VersionAsync(cancellationToken).ConfigureAwait(false));
            var reply = await client
                .CompileAsync(DecisionPaths.InUrl(question.Rule), input, Unknown(row.Table), cancellationToken)
                .ConfigureAwait(false);
            stamp = StampOf(await VersionAsync(cancellationToken).ConfigureAwait(false));
            return before == stamp
                ? new RowDecision(UcastCondition.Read(reply, row), [], stamp)
                : throw new OpaException("The policies changed while they were asked: ask again.", true);
        }
        catch (Exception exception) when (exception is OpaException or FormatException)
        {
            return RowDecision.Denied(ReasonOf(exception), stamp);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PolicyReadiness> ReadinessAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.HealthAsync(cancellationToken).ConfigureAwait(false);
            var stamp = StampOf(await VersionAsync(cancellationToken).ConfigureAwait(false));
            return new PolicyReadiness(
                true,
                served.Fault is not null,
                served.Fault is { } fault
                    ? $"degraded: policy server, version {stamp.Version}; newer policies here are refused: {fault}"
                    : $"policy server, version {stamp.Version}",
                stamp
            );
        }
        catch (OpaException exception)
        {
            return new PolicyReadiness(false, false, exception.Message, PolicyStamp.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private Task<RegoValue> VersionAsync(CancellationToken cancellationToken) =>
        client.DataAsync("policy/version", ObjectValue.Empty, cancellationToken);

    private async Task<TDecision> AskAsync<TDecision>(
        string path,
        ObjectValue input,
        Func<RegoValue, PolicyStamp, TDecision> read,
        Func<DecisionReason, PolicyStamp, TDecision> deny,
        CancellationToken cancellationToken
    )
    {
        var stamp = PolicyStamp.None;
        try
        {
            var reply = await client
                .DataAsync(DecisionPaths.InUrl(path), input, cancellationToken)
                .ConfigureAwait(false);
            stamp = StampOf(reply);
            return reply.Member("result") is { } answer ? read(answer, stamp) : deny(DecisionReason.NoAnswer, stamp);
        }
        catch (Exception exception) when (exception is OpaException or FormatException)
        {
            return deny(ReasonOf(exception), stamp);
        }
    }

    private static DecisionReason ReasonOf(Exception exception) =>
        new(
            exception is OpaException { IsUnavailable: true } ? DecisionReason.Unavailable : DecisionReason.Failed,
            exception.Message
        );

    // The service's bundle has its hash for a revision; a server that holds other policies has its own words for them.
    private PolicyStamp StampOf(RegoValue reply)
    {
        var revision = reply
            .Member("provenance")
            ?.Member("bundles")
            ?.Elements()
            .Select(bundle => bundle.Member("revision")?.AsText())
            .FirstOrDefault(text => !string.IsNullOrEmpty(text));
        return revision is null ? new PolicyStamp("unknown", "")
            : served.Current?.Stamp is { } own && string.Equals(own.Hash, revision, StringComparison.Ordinal) ? own
            : new PolicyStamp(revision.Length > 12 ? revision[..12] : revision, revision);
    }

    private static string Unknown(string table) =>
        DecisionPaths.IsWord(table) ? $"input.{table}" : $"input[{new StringValue(table).ToJson()}]";
}

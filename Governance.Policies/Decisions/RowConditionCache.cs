using System.Collections.Concurrent;
using Governance.Masking.Contracts;
using Governance.Policies.Rego;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Policies.Decisions;

/// <summary>
/// The conditions that one version of the policies made for one version of a dataset's contract, by rule and by what was known. A
/// condition may depend on the clock, so none is kept for longer than a minute.
/// </summary>
internal sealed class RowConditionCache(PolicySnapshot snapshot, Dataset dataset)
{
    private const int Most = 4096;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, PartialQuery> queries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Rule, RegoValue Known), Kept> kept = new();

    /// <summary>The condition.</summary>
    /// <exception cref="PolicyLoadException">The rule asks of columns what no condition can carry out.</exception>
    /// <exception cref="Rego.Evaluation.EvaluationException">There is no answer.</exception>
    /// <exception cref="ArgumentException">The dataset's name is one of what is known.</exception>
    public RowCondition Of(string rule, RegoValue known, EvaluationOptions options)
    {
        var key = (rule, known);
        if (kept.TryGetValue(key, out var found) && options.Time.GetElapsedTime(found.At) < Life)
        {
            return found.Condition;
        }

        var at = options.Time.GetTimestamp();
        var query = queries.GetOrAdd(
            rule,
            path => PartialQuery.Prepare(snapshot.Bundle, path, DatasetInput.Of(dataset).Row)
        );
        var condition = query.Evaluate(known, options).Condition;
        if (kept.Count >= Most)
        {
            kept.Clear();
        }

        kept[key] = new Kept(condition, at);
        return condition;
    }

    private sealed record Kept(RowCondition Condition, long At);
}

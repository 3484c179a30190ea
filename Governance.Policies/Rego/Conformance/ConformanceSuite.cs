using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Conformance;

/// <summary>What came of a case.</summary>
public enum ConformanceOutcome
{
    /// <summary>The answer is OPA's.</summary>
    Passed,

    /// <summary>The policy was refused when it was loaded, or the evaluation said that a value needs what is not supported.</summary>
    Refused,

    /// <summary>The answer is another one than OPA's: a fault of the evaluator.</summary>
    Wrong,
}

/// <summary>A case with its outcome.</summary>
/// <param name="Topic">The file's name.</param>
/// <param name="Note">The case's name.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Reason">Why, where it did not pass.</param>
public sealed record ConformanceResult(string Topic, string Note, ConformanceOutcome Outcome, string Reason);

/// <summary>Runs OPA's own cases: a folder of JSON files, one a topic.</summary>
public static class ConformanceSuite
{
    /// <summary>Runs all cases of a folder.</summary>
    /// <param name="folder">The folder of <c>*.json</c>.</param>
    /// <returns>A result a case, by topic.</returns>
    public static IReadOnlyList<ConformanceResult> Run(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.json")
                .Order(StringComparer.Ordinal)
                .SelectMany(file =>
                    ConformanceCase.ReadAll(file).Select(one => Run(Path.GetFileNameWithoutExtension(file), one))
                ),
        ];

    private static ConformanceResult Run(string topic, ConformanceCase one)
    {
        PreparedQuery query;
        RegoValue? input;
        try
        {
            var bundle = PolicyBundle.Load(
                one.Modules.Select((text, i) => new PolicySource(FormattableString.Invariant($"test-{i}.rego"), text)),
                one.Data
            );
            input = one.InputTerm is null ? one.Input : PolicyBundle.Load([]).Prepare(one.InputTerm).Value();
            query = bundle.Prepare(one.Query);
        }
        catch (PolicyLoadException exception)
        {
            return new ConformanceResult(topic, one.Note, ConformanceOutcome.Refused, exception.Faults[0].ToString());
        }

        string? wrong;
        try
        {
            var results = query.Run(input, new EvaluationOptions { StrictBuiltinErrors = one.StrictError });
            wrong = one.WantsError ? $"no error, but {one.WantErrorCode} {one.WantError}" : Compare(one, results);
        }
        catch (EvaluationException exception) when (exception.Code == EvaluationException.Unsupported)
        {
            // What only the values show to be unsupported cannot be refused sooner; it is told, and never an answer.
            return new ConformanceResult(topic, one.Note, ConformanceOutcome.Refused, exception.Message);
        }
        catch (EvaluationException exception)
        {
            wrong = Compare(one, exception);
        }

        return wrong is null
            ? new ConformanceResult(topic, one.Note, ConformanceOutcome.Passed, "")
            : new ConformanceResult(topic, one.Note, ConformanceOutcome.Wrong, wrong);
    }

    private static string? Compare(ConformanceCase one, EvaluationException exception)
    {
        var told = FormattableString.Invariant(
            $"{exception.File}:{exception.Line}: {exception.Code}: {exception.Message}"
        );
        return !one.WantsError ? $"an error: {told}"
            : one.WantErrorCode is { } code && code != exception.Code ? $"another error: {told}"
            : one.WantError is { } text && !told.Contains(text, StringComparison.Ordinal)
                ? $"another message: {told}; wanted {text}"
            : null;
    }

    private static string? Compare(ConformanceCase one, IReadOnlyList<QueryResult> results)
    {
        var got = SetValue.Of(results.Select(result => Bindings(result, one.SortBindings)));
        var wanted = SetValue.Of(one.WantResult?.Elements() ?? []);
        return got.Equals(wanted) ? null : $"{got.ToJson()} instead of {wanted.ToJson()}";
    }

    private static ObjectValue Bindings(QueryResult result, bool sort)
    {
        var bindings = new ObjectBuilder();
        foreach (var (name, value) in result.Bindings)
        {
            var plain = RegoValue.FromJson(value.ToJson());
            bindings.Set(
                new StringValue(name),
                sort && plain is ArrayValue array ? new ArrayValue([.. array.Items.Order()]) : plain
            );
        }

        return bindings.Build();
    }
}

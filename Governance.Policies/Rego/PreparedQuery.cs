using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego;

/// <summary>One solution of a query.</summary>
/// <param name="Bindings">The query's variables, by name.</param>
/// <param name="Expressions">What each expression of the query is, with its text.</param>
public sealed record QueryResult(
    IReadOnlyList<KeyValuePair<string, RegoValue>> Bindings,
    IReadOnlyList<KeyValuePair<string, RegoValue>> Expressions
);

/// <summary>A query, compiled against a bundle. Used by any number of threads.</summary>
public sealed class PreparedQuery
{
    private readonly Step first;
    private readonly int frameSize;
    private readonly string[] names;
    private readonly (string Text, int Slot)[] expressions;
    private readonly int slots;
    private readonly int places;
    private readonly RegoValue data;
    private readonly Expr? single;

    private PreparedQuery(
        Compiler compiler,
        RegoValue data,
        Step first,
        int frameSize,
        string[] names,
        (string Text, int Slot)[] expressions,
        Expr? single
    )
    {
        (this.first, this.frameSize, this.names, this.expressions) = (first, frameSize, names, expressions);
        slots = names.Length;
        places = compiler.Places;
        this.data = data;
        this.single = single;
    }

    internal static PreparedQuery Compile(Compiler compiler, RegoValue data, string query)
    {
        var body = new Parser("query", query).Query();
        var frame = new FrameLayout();
        var dependencies = new Dependencies();
        var lowering = new Lowering(ModuleNames.OfQuery, compiler.Root, dependencies);
        var scope = lowering.Open(null, frame, body);

        // A plain term of the query is told with its value.
        var told = new List<(string Text, int Slot)>();
        var goals = new List<Goal>();
        Resolved? only = null;
        foreach (var literal in body)
        {
            if (
                literal is TermLiteral { Negated: false, With.Count: 0 } line
                && line.Term is not CallTerm { Function: VarTerm { Name: Operators.Assign or Operators.Unify } }
                && !(line.Term is CallTerm call && IsCallWithOutput(lowering, call, scope))
            )
            {
                var value = scope.Fresh(line.At);
                var term = lowering.Value(line.Term, scope, goals);
                goals.Add(new Unify(line.At, new Local(line.At, value), term));
                told.Add((TextOf(query, body, literal), value.Slot));
                only = body.Count == 1 && goals.Count == 1 ? term : null;
            }
            else
            {
                goals.AddRange(lowering.Body([literal], scope));
                told.Add((TextOf(query, body, literal), -1));
            }
        }

        var variables = scope.Own.Where(variable => !variable.IsGenerated && !variable.IsWildcard).ToArray();
        int[] wanted =
        [
            .. variables.Select(variable => variable.Slot),
            .. told.Where(one => one.Slot >= 0).Select(one => one.Slot),
        ];
        var planner = new Planner(compiler.Root, frame);
        var begin = planner.Plan(goals, [], _ => new SolutionStep(wanted));
        var lookup =
            only is Reference { Root: Root.Data, Steps: var steps } && steps.All(step => step is Constant)
                ? new Planner(compiler.Root, frame).Compute(only)
                : null;
        return new PreparedQuery(
            compiler,
            data,
            begin,
            frame.Size,
            [.. variables.Select(variable => variable.Name)],
            [.. told],
            lookup
        );
    }

    /// <summary>All solutions, in order.</summary>
    /// <exception cref="EvaluationException">There is no answer.</exception>
    public IReadOnlyList<QueryResult> Run(RegoValue? input = null, EvaluationOptions? options = null)
    {
        var context = NewContext(input, options);
        context.Solutions = [];
        Guarded(() => first.Run(context, new RegoValue?[frameSize]));
        return [.. context.Solutions.Select(Result)];
    }

    /// <summary>The value of the query's one expression in its first solution, or null where it is undefined.</summary>
    /// <exception cref="EvaluationException">There is no answer.</exception>
    public RegoValue? Value(RegoValue? input = null, EvaluationOptions? options = null)
    {
        if (single is null)
        {
            var results = Run(input, options);
            return results.Count == 0 ? null : results[0].Expressions.Select(one => one.Value).FirstOrDefault();
        }

        RegoValue? value = null;
        var context = NewContext(input, options);
        Guarded(() => value = single.Eval(context, new RegoValue?[frameSize]));
        return value;
    }

    private Context NewContext(RegoValue? input, EvaluationOptions? options)
    {
        var own = options ?? EvaluationOptions.Default;
        var state = new EvaluationState(own.Limits, own.StrictBuiltinErrors, own.Time, own.Cancellation);
        return new Context(state, places, input, data);
    }

    private static void Guarded(Action run)
    {
        try
        {
            run();
        }
        catch (InsufficientExecutionStackException)
        {
            throw new EvaluationException(
                default,
                EvaluationException.Limit,
                "Rules or values are nested too deeply: make the policy flatter."
            );
        }
    }

    private QueryResult Result(RegoValue?[] solution)
    {
        var bindings = new List<KeyValuePair<string, RegoValue>>();
        for (var i = 0; i < names.Length; i++)
        {
            if (solution[i] is { } value)
            {
                bindings.Add(new(names[i], value));
            }
        }

        var at = slots;
        var values = new List<KeyValuePair<string, RegoValue>>();
        foreach (var (text, slot) in expressions)
        {
            values.Add(new(text, slot < 0 ? BoolValue.True : solution[at++]!));
        }

        return new QueryResult(bindings, values);
    }

    private static bool IsCallWithOutput(Lowering lowering, CallTerm call, Scope scope) =>
        lowering.TakesOutput(call, scope);

    private static string TextOf(string query, IReadOnlyList<Literal> body, Literal literal) =>
        body.Count == 1 ? query.Trim() : literal.At.ToString();
}

using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Policies.Rego.Partial;

/// <summary>
/// A rule that decides about rows, ready to be turned into the condition of the rows that it says yes to. Used by any number of
/// threads.
/// </summary>
/// <remarks>
/// <para>
/// Of a column may be asked <c>== != &lt; &lt;= &gt; &gt;=</c> and <c>in</c> against what is known, <c>startswith</c>, <c>endswith</c> and
/// <c>contains</c> with the column first, whether it is there (a line of its own, or <c>!= null</c>), the negation of each, and what
/// stands in known data under its value. It may be named by variables and given to functions; rules, comprehensions,
/// <c>every</c>, <c>else</c> and defaults may depend on what was asked. Anything else is refused when the query is prepared, never
/// taken for undefined.
/// </para>
/// <para>
/// For a row none of whose columns is null, the condition holds exactly where evaluating the rule with the row's values in the input
/// gives true. For a row with nulls it holds only where that gives true, and not always then: a comparison with a null is neither
/// true nor false, as <see cref="RowCondition"/> says. Evaluation is meant there with the null in the input; and, of what is asked by
/// a line that is only a column, with the column left out, since in Rego a null is a value that is there.
/// </para>
/// </remarks>
public sealed class PartialQuery
{
    // Where a policy falls into more cases than these, no warehouse would like the condition either.
    private const int MostCases = 20_000;

    private readonly PolicyBundle bundle;
    private readonly Expr query;
    private readonly int frameSize;
    private readonly RowPart row;
    private readonly StringValue table;

    private PartialQuery(PolicyBundle bundle, Expr query, int frameSize, RowPart row, string table)
    {
        (this.bundle, this.query, this.frameSize, this.row) = (bundle, query, frameSize, row);
        this.table = new StringValue(table);
    }

    /// <summary>Checks that the rule asks of columns only what a condition can carry out.</summary>
    /// <param name="bundle">The policies.</param>
    /// <param name="query">A path of data, such as <c>data.governance.rows.allow</c>; a row is seen where it is true.</param>
    /// <param name="row">The columns that are not known.</param>
    /// <exception cref="PolicyLoadException">
    /// The query is no path of data, or a rule that it needs does with a column what is not supported: all such places, with file,
    /// line and column.
    /// </exception>
    /// <exception cref="ArgumentException">The row's columns contradict each other.</exception>
    public static PartialQuery Prepare(PolicyBundle bundle, string query, UnknownRow row)
    {
        var part = RowPart.Of(row);
        try
        {
            var (expression, slots) = Compile(bundle, query);
            var flow = new Flow(part, row.Table);
            var frame = new Shape[slots];
            Array.Fill(frame, Shape.Known);
            if (expression.Trace(flow, frame) is not (KnownShape or ColumnShape))
            {
                flow.Refuse(new Location("query", 1, 1), Refusals.Parts);
            }

            return flow.Faults.Count == 0
                ? new PartialQuery(bundle, expression, slots, part, row.Table)
                : throw new PolicyLoadException([
                    .. flow
                        .Faults.OrderBy(fault => fault.File, StringComparer.Ordinal)
                        .ThenBy(fault => fault.Line)
                        .ThenBy(fault => fault.Column),
                ]);
        }
        catch (SyntaxFault fault)
        {
            throw new PolicyLoadException([fault.ToFault()]);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new PolicyLoadException([
                new PolicyFault(
                    "",
                    0,
                    0,
                    SyntaxFault.Unsupported,
                    "Rules are nested too deeply: make the policy flatter."
                ),
            ]);
        }
    }

    /// <summary>The rows that the rule says yes to.</summary>
    /// <param name="input">What is known of the question, an object; nothing where it is null.</param>
    /// <param name="options">Limits and the clock; the limits are those of all cases together.</param>
    /// <exception cref="ArgumentException">The input is no object, or holds a member of the row's name.</exception>
    /// <exception cref="EvaluationException">
    /// There is no answer, or there would be none for some rows, as where rules contradict each other: no row is to be seen then.
    /// </exception>
    public PartialResult Evaluate(RegoValue? input = null, EvaluationOptions? options = null)
    {
        var own = options ?? EvaluationOptions.Default;
        var state = new EvaluationState(own.Limits, own.StrictBuiltinErrors, own.Time, own.Cancellation);
        var known = WithRow(input);
        try
        {
            return new PartialResult(Cases(state, known));
        }
        catch (InsufficientExecutionStackException)
        {
            throw new EvaluationException(
                default,
                EvaluationException.Limit,
                "Rules or values are nested too deeply: make the policy flatter."
            );
        }
        catch (UnknownUseException refused)
        {
            throw new EvaluationException(default, EvaluationException.Unsupported, refused.Message);
        }
    }

    private RowCondition Cases(EvaluationState state, ObjectValue input)
    {
        var decisions = new ColumnAnswers(state);
        var found = new List<RowCondition[]>();
        var cases = 0;
        do
        {
            if (++cases > MostCases)
            {
                throw TooMany();
            }

            state.Restart();
            state.Charge(bundle.Compiler.Places / 16);
            var context = new Context(state, bundle.Compiler.Places, input, bundle.Data, decisions, Certainty.Surely);
            if (!IsTrue(context))
            {
                continue;
            }

            if (decisions.Held.Count == 0)
            {
                return RowCondition.Everything;
            }

            found.Add([.. decisions.Held]);
        } while (decisions.Next());

        return Disjunction.Of(found, state) ?? throw TooMany();
    }

    // A query is asked for true itself: any other value is a no.
    private bool IsTrue(Context context)
    {
        var frame = new RegoValue?[frameSize];
        try
        {
            if (query is DataExpr data && data.IsCondition(context))
            {
                return data.Holds(context, frame);
            }

            return query.Eval(context, frame) switch
            {
                UnknownValue { Part.Column.Kind: ColumnKind.Boolean } column => context.Decisions!.Holds(
                    column,
                    Certainty.Surely
                ),
                var value => value is { IsTrue: true },
            };
        }
        catch (UndecidedException)
        {
            return false;
        }
    }

    private static EvaluationException TooMany() =>
        new(
            default,
            EvaluationException.Limit,
            "The policy falls into too many cases for a row condition: ask less of single columns, and more with 'in'."
        );

    private ObjectValue WithRow(RegoValue? input)
    {
        var members = new ObjectBuilder();
        switch (input)
        {
            case null:
                break;
            case ObjectValue map when map.Lookup(table) is null:
                for (var i = 0; i < map.Count; i++)
                {
                    members.Set(map.Keys[i], map.Values[i]);
                }

                break;
            case ObjectValue:
                throw new ArgumentException($"The input holds '{table.Text}', which is the row's.", nameof(input));
            default:
                throw new ArgumentException("The input is no object.", nameof(input));
        }

        members.Set(table, row.Value);
        return members.Build();
    }

    private static (Expr Query, int FrameSize) Compile(PolicyBundle bundle, string query)
    {
        var body = new Parser("query", query).Query();
        var frame = new FrameLayout();
        var lowering = new Lowering(ModuleNames.OfQuery, bundle.Compiler.Root, new Dependencies());
        var scope = lowering.Open(null, frame, body);
        var goals = new List<Goal>();
        if (
            body is [TermLiteral { Negated: false, With.Count: 0, Term: RefTerm term }]
            && lowering.Value(term, scope, goals) is Reference { Root: Root.Data } path
            && goals.Count == 0
            && path.Steps.All(step => step is Compile.Constant)
        )
        {
            return (new Planner(bundle.Compiler.Root, frame).Compute(path), frame.Size);
        }

        throw new SyntaxFault(
            new Location("query", 1, 1),
            SyntaxFault.Compile,
            "Rows are decided by a rule: ask for its path, such as data.governance.rows.allow."
        );
    }
}

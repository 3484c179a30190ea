using Governance.Policies.Rego.Builtins;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Policies.Rego.Partial;

/// <summary>
/// Answers what a policy asks of columns that are not known. An evaluation runs once for each way in which the answers can fall:
/// what was answered is what has to hold of a row for the run to be the evaluation of that row.
/// </summary>
/// <remarks>
/// Asked whether something holds surely, it is either taken to hold, or nothing is taken: such a run says yes whether it holds or
/// not, since nothing that comes of a yes less can turn the answer to no. That is what keeps conditions short, and right on nulls.
/// </remarks>
internal sealed class ColumnAnswers(EvaluationState state)
{
    private readonly List<(int Taken, int Options)> choices = [];
    private readonly List<RowCondition> held = [];
    private readonly HashSet<RowCondition> left = [];
    private readonly Dictionary<(UnknownColumn, ComparisonOperator, RegoValue), Question> asked = [];
    private readonly HashSet<RegoValue> clean = new(ReferenceEqualityComparer.Instance);
    private int at;

    /// <summary>What this run has taken to hold.</summary>
    public IReadOnlyList<RowCondition> Held => held;

    /// <summary>Begins the next run; false where there is none.</summary>
    public bool Next()
    {
        while (choices.Count > 0)
        {
            var (taken, options) = choices[^1];
            choices.RemoveAt(choices.Count - 1);
            if (taken + 1 < options)
            {
                choices.Add((taken + 1, options));
                at = 0;
                held.Clear();
                left.Clear();
                return true;
            }
        }

        return false;
    }

    public bool Ask(Question question, Certainty certainty) =>
        certainty switch
        {
            Certainty.Surely => Surely(question.Yes),
            Certainty.Possibly => !Surely(question.No),
            _ => Exactly(question),
        };

    /// <summary>Whether a line that is only a column holds.</summary>
    public bool Holds(UnknownValue value, Certainty certainty) =>
        value.Part.Column is { } column
            ? Ask(Question.Itself(column), certainty)
            : throw new UnknownUseException(value.Part.Path);

    /// <summary>Whether two values are equal.</summary>
    public bool Same(RegoValue one, RegoValue other, Certainty certainty) =>
        (one, other) switch
        {
            (UnknownValue { Part.Column: { } column }, _) when IsKnown(other) => Ask(
                Compare(column, ComparisonOperator.Equal, other),
                certainty
            ),
            (_, UnknownValue { Part.Column: { } column }) when IsKnown(one) => Ask(
                Compare(column, ComparisonOperator.Equal, one),
                certainty
            ),
            _ when IsKnown(one) && IsKnown(other) => one.Equals(other),
            _ => throw new UnknownUseException((Unknown(one) ?? Unknown(other)!).Part.Path),
        };

    /// <summary>What stands under a column's value: each key is the value in turn, and at last none is.</summary>
    public RegoValue? Lookup(RegoValue container, UnknownValue key)
    {
        if (key.Part.Column is not { } column || !IsKnown(container))
        {
            throw new UnknownUseException(key.Part.Path);
        }

        IEnumerable<RegoValue> keys = container switch
        {
            ObjectValue map => map.Keys,
            SetValue set => set.Items,
            ArrayValue array => Enumerable.Range(0, array.Items.Length).Select(i => NumberValue.Of(i)),
            _ => [],
        };
        var kind = Question.KindOf(column);
        foreach (var own in keys.Where(own => own.Kind == kind))
        {
            if (Exactly(Compare(column, ComparisonOperator.Equal, own)))
            {
                return container.Lookup(own);
            }
        }

        return null;
    }

    /// <summary>A builtin's answer, where an operand is not known; false where all are.</summary>
    public bool TryCall(Builtin builtin, RegoValue[] values, Location at, Certainty certainty, out bool? answer)
    {
        answer = null;
        if (values.All(IsKnown))
        {
            return false;
        }

        switch (ColumnOperators.Find(builtin.Name), values)
        {
            case ({ How: { } how }, [UnknownValue { Part.Column: { } column }, var value]) when IsKnown(value):
                answer = Ask(Compare(column, how, value), certainty);
                return true;
            case ({ How: { } how }, [var value, UnknownValue { Part.Column: { } column }]) when IsKnown(value):
                answer = Ask(Compare(column, ColumnOperators.Turned(how), value), certainty);
                return true;
            case ({ IsMembership: true }, [UnknownValue { Part.Column: { } column }, var among]) when IsKnown(among):
                answer = Ask(Question.Among(column, among.Elements()), certainty);
                return true;
            case ({ Place: { } place }, [UnknownValue { Part.Column: { Kind: ColumnKind.Text } column }, var text])
                when IsKnown(text):
                if (text is StringValue own)
                {
                    answer = Ask(Question.Match(column, place, own.Text), certainty);
                }
                else
                {
                    new BuiltinCall(state, builtin, at).Mismatch(2, "string", text);
                }

                return true;
            default:
                throw new EvaluationException(
                    at,
                    EvaluationException.Unsupported,
                    Refusals.Builtin(builtin, values.Select(Unknown).First(value => value is not null)!.Part.Path)
                );
        }
    }

    /// <summary>Whether a value holds nothing that is not known.</summary>
    public bool IsKnown(RegoValue value) => Unknown(value) is null;

    private UnknownValue? Unknown(RegoValue value)
    {
        if (value is UnknownValue own)
        {
            return own;
        }

        var parts = value.Elements();
        if (parts.Count == 0 || clean.Contains(value))
        {
            return null;
        }

        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        state.Charge(parts.Count);
        foreach (var part in value is ObjectValue map ? map.Keys.Concat(parts) : parts)
        {
            if (Unknown(part) is { } found)
            {
                return found;
            }
        }

        clean.Add(value);
        return null;
    }

    // The runs ask the same questions again and again.
    private Question Compare(UnknownColumn column, ComparisonOperator how, RegoValue value)
    {
        if (!asked.TryGetValue((column, how, value), out var question))
        {
            asked.Add((column, how, value), question = Question.Compare(column, how, value));
        }

        return question;
    }

    private bool Surely(RowCondition condition)
    {
        if (Settled(condition) is { } known)
        {
            return known;
        }

        if (left.Contains(condition))
        {
            return false;
        }

        if (Choose(2) == 0)
        {
            held.Add(condition);
            return true;
        }

        left.Add(condition);
        return false;
    }

    private bool Exactly(Question question)
    {
        if (Settled(question.Yes) == true)
        {
            return true;
        }

        if (Settled(question.No) == true)
        {
            return false;
        }

        var yes = Settled(question.Yes) is null && !left.Contains(question.Yes);
        var no = Settled(question.No) is null && !left.Contains(question.No);
        if (!yes && !no)
        {
            throw new UndecidedException();
        }

        var answer = yes && (!no || Choose(2) == 0);
        held.Add(answer ? question.Yes : question.No);
        return answer;
    }

    // What follows from what is held; null where nothing does.
    private bool? Settled(RowCondition condition)
    {
        if (condition.Equals(RowCondition.Nothing))
        {
            return false;
        }

        foreach (var own in held)
        {
            if (Literals.Contradicts(own, condition))
            {
                return false;
            }

            if (Literals.Implies(own, condition))
            {
                return true;
            }
        }

        return null;
    }

    private int Choose(int options)
    {
        state.Step();
        if (at == choices.Count)
        {
            choices.Add((0, options));
        }

        return choices[at++].Taken;
    }
}

/// <summary>A run needs a yes or a no about a value that is null: no row of it is seen.</summary>
internal sealed class UndecidedException : Exception;

using Governance.Policies.Rego.Builtins;
using Governance.Policies.Rego.Compile;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Partial;

/// <summary>
/// Follows the columns of a row through rules without evaluating them, and tells every place that does with them what no row
/// condition can carry out. Each step and expression says itself what it does to them, so that a new one cannot be forgotten.
/// </summary>
internal sealed class Flow
{
    private readonly Shared shared;
    private readonly bool inputIsKnown;

    public Flow(RowPart row, string table)
        : this(new Shared(row, table), false, null) { }

    private Flow(Shared shared, bool inputIsKnown, Flow? outer) =>
        (this.shared, this.inputIsKnown, Outer) = (shared, inputIsKnown, outer);

    /// <summary>The line that is looked at.</summary>
    public Location At
    {
        get => shared.At;
        set => shared.At = value.Line == 0 ? shared.At : value;
    }

    /// <summary>The flow around a <c>with</c>.</summary>
    public Flow? Outer { get; }

    public Shape Input => inputIsKnown ? Shape.Known : Shape.Input;

    public IReadOnlyList<PolicyFault> Faults => [.. shared.Faults];

    /// <summary>The flow inside a <c>with</c>.</summary>
    public Flow Inside(IEnumerable<(Root Root, RegoValue[] Path, Shape Value, bool IsFunction)> replaced)
    {
        var known = inputIsKnown;
        foreach (var (root, path, value, isFunction) in replaced)
        {
            var intoRow = root == Root.Input && path.Length > 0 && path[0].AsText() == shared.Table;
            if (!value.IsKnown || isFunction || (intoRow && path.Length > 1 && !known))
            {
                Refuse(Refusals.Replaced);
            }

            known |= root == Root.Input && (path.Length == 0 || intoRow);
        }

        return new Flow(shared, known, this);
    }

    public Shape Refuse(string message) => Refuse(At, message);

    public Shape Refuse(Location at, string message)
    {
        var fault = new PolicyFault(at.File ?? "", at.Line, at.Column, SyntaxFault.Unsupported, message);
        if (shared.Told.Add(fault))
        {
            shared.Faults.Add(fault);
        }

        return Shape.Known;
    }

    /// <summary>What may stand where only a known value can.</summary>
    public void Demand(Shape shape, string message)
    {
        if (!shape.IsKnown)
        {
            Refuse(shape is InputShape or RowShape ? Refusals.Row : message);
        }
    }

    /// <summary>What may stand as a line of its own.</summary>
    public void Test(Shape shape)
    {
        if (shape is not (KnownShape or ColumnShape))
        {
            Refuse(shape is InputShape or RowShape ? Refusals.Row : Refusals.Parts);
        }
    }

    /// <summary>What may be compared.</summary>
    public void Compare(Shape one, Shape other)
    {
        switch (one, other)
        {
            case (KnownShape, KnownShape or ColumnShape) or (ColumnShape, KnownShape):
                break;
            case (ColumnShape, ColumnShape):
                Refuse(Refusals.Columns);
                break;
            default:
                Refuse(
                    one is InputShape or RowShape || other is InputShape or RowShape ? Refusals.Row : Refusals.Parts
                );
                break;
        }
    }

    /// <summary>What a builtin gives.</summary>
    public Shape Call(Builtin builtin, Shape[] arguments, Location at)
    {
        var first = Array.FindIndex(arguments, argument => !argument.IsKnown);
        if (first < 0)
        {
            return Shape.Known;
        }

        var asked = ColumnOperators.Find(builtin.Name);
        var part = arguments[first] is ColumnShape own ? own.Part : null;
        var fits =
            arguments.Count(argument => !argument.IsKnown) == 1
            && arguments[first] is ColumnShape
            && asked is not null
            && (first == 0 || asked.How is not null);
        if (!fits)
        {
            return Refuse(
                at,
                arguments.Any(argument => argument is InputShape or RowShape) ? Refusals.Row
                    : asked?.How is not null && arguments.All(argument => argument is ColumnShape) ? Refusals.Columns
                    : asked?.How is not null ? Refusals.Parts
                    : Refusals.Builtin(builtin, part?.Path)
            );
        }

        if (asked!.Place is not null && part?.Column is not { Kind: ColumnKind.Text })
        {
            return Refuse(at, part is null ? Refusals.Builtin(builtin, null) : Refusals.NoText(builtin, part.Path));
        }

        return Shape.Known;
    }

    /// <summary>What stands under a key.</summary>
    public Shape Lookup(Shape value, Shape key, RegoValue? constant)
    {
        switch (value)
        {
            case KnownShape when key is KnownShape or ColumnShape:
                return Shape.Known;
            case InputShape when constant is not null:
                return constant.AsText() == shared.Table ? new RowShape(shared.Row) : Shape.Known;
            case RowShape { Part: var part } when constant is StringValue { Text: var name }:
                return part.Member(name) switch
                {
                    null => Refuse(Refusals.Unlisted(part.Path, name)),
                    { Column: null } group => new RowShape(group),
                    var column => new ColumnShape(column),
                };
            case HolderShape holder when key.IsKnown:
                return holder.Element;
            case ColumnShape:
                return Refuse(Refusals.Steps);
            case InputShape or RowShape:
                return Refuse(Refusals.Row);
            default:
                return Refuse(key.IsKnown ? Refusals.Parts : Refusals.Key);
        }
    }

    /// <summary>What each member of a value is.</summary>
    public Shape Each(Shape value) =>
        value switch
        {
            KnownShape => value,
            HolderShape holder => holder.Element,
            MixedShape => Refuse(Refusals.Parts),
            _ => Refuse(Refusals.Each),
        };

    /// <summary>What an array or an object of such elements is.</summary>
    public Shape Holder(IEnumerable<Shape> elements)
    {
        var element = elements.Aggregate(Shape.Known, Shape.Join);
        switch (element)
        {
            case KnownShape:
                return element;
            case InputShape or RowShape:
                return Refuse(Refusals.Row);
            default:
                return new HolderShape(element);
        }
    }

    /// <summary>What a rule is.</summary>
    public Shape Rule(RuleTree place) =>
        Remember(
            (place, inputIsKnown, ""),
            () =>
            {
                var value = Shape.Known;
                foreach (var rule in place.Complete.Append(place.Default).OfType<Rule>())
                {
                    value = Shape.Join(value, Bodies(rule, rule.Slots()));
                }

                foreach (var rule in place.Sets)
                {
                    At = rule.At;
                    Demand(Bodies(rule, rule.Slots()), Refusals.Set);
                }

                foreach (var rule in place.Dynamic)
                {
                    var member = Bodies(rule, rule.Slots());
                    At = rule.At;
                    value = Shape.Join(value, Holder([member]));
                }

                foreach (var child in place.Dynamic.Count > 0 ? place.Children : [])
                {
                    var below = child.IsVirtual ? Rule(child) : Below(child);
                    value = Shape.Join(value, Holder([below]));
                }

                return value;
            }
        );

    /// <summary>What a call gives.</summary>
    public Shape Call(RuleTree function, Shape[] arguments) =>
        Remember(
            (function, inputIsKnown, string.Join<Shape>('|', arguments)),
            () =>
            {
                var value = Shape.Known;
                foreach (var rule in function.Functions)
                {
                    var slots = rule.Slots();
                    for (var i = 0; i < arguments.Length; i++)
                    {
                        At = rule.At;
                        rule.Arguments[i].Trace(this, slots, arguments[i]);
                    }

                    value = Shape.Join(value, Bodies(rule, slots));
                }

                return function.FunctionDefault is { } other ? Shape.Join(value, Bodies(other, other.Slots())) : value;
            }
        );

    /// <summary>What stands at a place of data with rules below.</summary>
    public Shape Below(RuleTree place)
    {
        var all = place.Children.Select(child => child.IsVirtual ? Rule(child) : Below(child)).ToArray();
        if (all.Any(shape => !shape.IsKnown))
        {
            return Refuse(Refusals.Parts);
        }

        return Shape.Known;
    }

    private Shape Bodies(Rule rule, Shape[] slots)
    {
        foreach (var branch in rule.Branches)
        {
            branch.Follow(this, slots);
        }

        return slots[rule.ResultSlot];
    }

    private Shape Remember((RuleTree, bool, string) key, Func<Shape> make)
    {
        if (!shared.Memory.TryGetValue(key, out var shape))
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            var before = shared.At;
            shape = make();
            shared.At = before;
            shared.Memory.Add(key, shape);
        }

        return shape;
    }

    private sealed class Shared(RowPart row, string table)
    {
        public RowPart Row { get; } = row;
        public string Table { get; } = table;
        public Location At { get; set; }
        public List<PolicyFault> Faults { get; } = [];
        public HashSet<PolicyFault> Told { get; } = [];
        public Dictionary<(RuleTree, bool, string), Shape> Memory { get; } = [];
    }
}

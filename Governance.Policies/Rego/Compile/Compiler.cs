using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>Makes modules ready to run, or tells every fault of them.</summary>
internal sealed class Compiler
{
    private readonly List<PolicyFault> faults = [];
    private readonly List<(RuleTree Place, Rule Rule, Dependencies Dependencies)> compiled = [];
    private int places = 1;

    private Compiler() => Root = new RuleTree(null, null, 0);

    public RuleTree Root { get; }
    public int Places => places;

    /// <summary>Compiles modules.</summary>
    /// <exception cref="PolicyLoadException">There are faults.</exception>
    public static Compiler Compile(IReadOnlyList<ModuleNode> modules, RegoValue data, IEnumerable<PolicyFault> before)
    {
        var compiler = new Compiler();
        compiler.faults.AddRange(before);
        compiler.Run(modules, data);
        return compiler.faults.Count == 0
            ? compiler
            : throw new PolicyLoadException([
                .. compiler.faults.OrderBy(fault => fault.File, StringComparer.Ordinal).ThenBy(fault => fault.Line),
            ]);
    }

    private void Run(IReadOnlyList<ModuleNode> modules, RegoValue data)
    {
        var rules = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var placed = new List<(ModuleNode Module, RuleNode Node, RuleTree Place, Rule Rule)>();
        foreach (var module in modules)
        {
            var package = module.Package.Aggregate(Root, (place, name) => place.Add(new StringValue(name), NextId));
            var path = string.Join('\0', module.Package);
            if (!rules.TryGetValue(path, out var names))
            {
                rules.Add(path, names = new HashSet<string>(StringComparer.Ordinal));
            }

            foreach (var node in module.Rules)
            {
                Guard(() =>
                {
                    names.Add(((ScalarTerm)node.Path[0]).Value.AsText()!);
                    placed.Add((module, node, Place(package, node, out var rule), rule));
                });
            }
        }

        CheckPlaces(Root, data, []);
        if (faults.Count > 0)
        {
            return;
        }

        var scopes = new Dictionary<ModuleNode, ModuleNames>();
        foreach (var module in modules)
        {
            Guard(() => scopes[module] = new ModuleNames(module, rules[string.Join('\0', module.Package)]));
        }

        foreach (var nodes in placed.GroupBy(one => one.Place, one => one.Node))
        {
            var place = nodes.Key;
            place.IsFlat = !HasRulesBelow(place) && nodes.All(node => node.Element is null && Tail(node).Count == 1);
            place.Only = Only(nodes);
            place.IsCondition =
                place.Only is { IsTrue: true }
                && (place.Complete.Count > 0 || place.Functions.Count > 0)
                && nodes
                    .Where(node => node.IsDefault)
                    .All(node => node.Branches[0].Value is ScalarTerm { Value.IsFalse: true });
        }

        foreach (var (module, node, place, rule) in placed)
        {
            if (scopes.TryGetValue(module, out var names))
            {
                Guard(() => new RuleCompiler(Root, names).Compile(node, place, rule, compiled));
            }
        }

        if (faults.Count == 0)
        {
            Guard(() => Recursion.Check(Root, compiled));
        }
    }

    private int NextId() => places++;

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (SyntaxFault fault)
        {
            faults.Add(fault.ToFault());
        }
    }

    public static IReadOnlyList<Term> Tail(RuleNode node) => [.. node.Path.SkipWhile(step => step is ScalarTerm)];

    private RuleTree Place(RuleTree package, RuleNode node, out Rule rule)
    {
        var place = package;
        foreach (var step in node.Path.TakeWhile(step => step is ScalarTerm))
        {
            place = place.Add(((ScalarTerm)step).Value, NextId);
        }

        rule = new Rule(node.At, place.Path());
        var tail = Tail(node);
        if (tail.Count > 0 && (node.Arguments is not null || node.IsDefault || node.Branches.Count > 1))
        {
            throw new SyntaxFault(
                node.At,
                SyntaxFault.Unsupported,
                "A rule whose name holds variables is no function, and has no default and no else."
            );
        }

        if (node.Arguments is not null)
        {
            AddFunction(place, node, rule);
        }
        else if (node.IsDefault)
        {
            place.Default = place.Default is null
                ? rule
                : throw new SyntaxFault(node.At, SyntaxFault.Compile, $"There are two defaults of {place.Path()}.");
        }
        else
        {
            (
                tail.Count > 0 ? place.Dynamic
                : node.Element is not null ? place.Sets
                : place.Complete
            ).Add(rule);
        }

        return place;
    }

    private static void AddFunction(RuleTree place, RuleNode node, Rule rule)
    {
        if (place.IsFunction && place.Arity != node.Arguments!.Count)
        {
            throw new SyntaxFault(
                node.At,
                SyntaxFault.Compile,
                $"{place.Path()} is defined with {place.Arity} and with {node.Arguments.Count} arguments."
            );
        }

        rule.Arguments = new Pattern[node.Arguments!.Count];
        if (!node.IsDefault)
        {
            place.Functions.Add(rule);
        }
        else if (place.FunctionDefault is null)
        {
            place.FunctionDefault = rule;
        }
        else
        {
            throw new SyntaxFault(node.At, SyntaxFault.Compile, $"There are two defaults of {place.Path()}.");
        }
    }

    private void CheckPlaces(RuleTree place, RegoValue? data, List<string> path)
    {
        var kinds =
            (place.Complete.Count > 0 || place.Default is not null ? 1 : 0)
            + (place.Sets.Count > 0 ? 1 : 0)
            + (place.Dynamic.Count > 0 ? 1 : 0)
            + (place.IsFunction ? 1 : 0);
        var first = First(place);
        if (kinds > 1)
        {
            Add(
                first!,
                $"{place.Path()} is defined in ways that contradict each other: as a value, a set, an object or a function."
            );
        }
        else if (place.IsVirtual && place.Dynamic.Count == 0 && HasRulesBelow(place))
        {
            Add(first!, $"{place.Path()} has a value, and rules below it: give one of them another name.");
        }

        if (place.IsVirtual && data is not null)
        {
            Add(first!, $"{place.Path()} is a rule, and stands in the data as well: remove one of them.");
        }
        else if (data is not null and not ObjectValue && place.HasChildren)
        {
            faults.Add(
                new PolicyFault(
                    "",
                    0,
                    0,
                    SyntaxFault.Compile,
                    $"{place.Path()} is a package, and its data is no object."
                )
            );
        }

        foreach (var child in place.Children)
        {
            CheckPlaces(child, data?.Lookup(child.Key!), path);
        }
    }

    private void Add(Rule at, string message) =>
        faults.Add(new SyntaxFault(at.At, SyntaxFault.Compile, message).ToFault());

    private static Rule? First(RuleTree place) =>
        place
            .Complete.Concat(place.Sets)
            .Concat(place.Dynamic)
            .Concat(place.Functions)
            .Append(place.Default)
            .Append(place.FunctionDefault)
            .FirstOrDefault(rule => rule is not null);

    private static bool HasRulesBelow(RuleTree place) =>
        place.Children.Any(child => child.IsVirtual || HasRulesBelow(child));

    private static RegoValue? Only(IEnumerable<RuleNode> nodes)
    {
        RegoValue? only = null;
        foreach (var branch in nodes.Where(node => !node.IsDefault).SelectMany(node => node.Branches))
        {
            var value = branch.Value switch
            {
                null => BoolValue.True,
                ScalarTerm scalar => scalar.Value,
                _ => null,
            };
            if (value is null || (only is not null && !only.Equals(value)))
            {
                return null;
            }

            only = value;
        }

        return only;
    }
}

using Governance.Policies.Rego.Builtins;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>Turns bodies into goals: names are resolved, and what has many values stands in a goal of its own.</summary>
internal sealed class Lowering(ModuleNames names, RuleTree root, Dependencies dependencies)
{
    /// <summary>Makes a scope of a body: variables that no line declares belong to it, unless one around it has them.</summary>
    public Scope Open(Scope? around, FrameLayout frame, IReadOnlyList<Literal> body, params IEnumerable<Term?> heads)
    {
        var scope = new Scope(frame, around);
        foreach (var declared in TermNames.Declared(body))
        {
            scope.Announced.Add(declared.Name);
        }

        foreach (var name in TermNames.Used(body).Concat(heads.SelectMany(TermNames.Used)))
        {
            if (
                name.Name != "_"
                && !scope.Announced.Contains(name.Name)
                && !scope.Sees(name.Name)
                && names.Find(name.Name) is null
            )
            {
                scope.Add(name.Name, name.At);
            }
        }

        return scope;
    }

    public List<Goal> Body(IReadOnlyList<Literal> body, Scope scope)
    {
        var goals = new List<Goal>();
        foreach (var literal in body)
        {
            Add(literal, scope, goals);
        }

        return goals;
    }

    /// <summary>A term whose value is wanted: what has many values is moved into a goal.</summary>
    public Resolved Value(Term term, Scope scope, List<Goal> goals) =>
        Settle(Resolve(term, scope), scope, goals, negated: false);

    /// <summary>Whether a call has one argument more than its function takes: what its result has to be.</summary>
    public bool TakesOutput(CallTerm call, Scope scope)
    {
        if (call.Function is VarTerm { Name: "print" })
        {
            return true;
        }

        var (builtin, function) = Callee(call, scope);
        return builtin == Library.Walk || call.Arguments.Count != (builtin?.Arity ?? function!.Arity);
    }

    private void Add(Literal literal, Scope scope, List<Goal> goals)
    {
        if (literal.With.Count == 0)
        {
            AddPlain(literal, scope, goals);
            return;
        }

        var replacements = literal.With.Select(with => Replace(with, scope, goals)).ToArray();
        var inner = new List<Goal>();
        AddPlain(literal, scope, inner);
        goals.Add(new With(literal.At, inner, replacements));
    }

    private void AddPlain(Literal literal, Scope scope, List<Goal> goals)
    {
        switch (literal)
        {
            case SomeLiteral some:
                foreach (var name in some.Names)
                {
                    scope.Declare(name.Name, name.At);
                }

                break;
            case SomeInLiteral some:
                AddSomeIn(some, scope, goals);
                break;
            case EveryLiteral every:
                AddEvery(every, scope, goals);
                break;
            case TermLiteral line:
                AddLine(line, scope, goals);
                break;
        }
    }

    private void AddSomeIn(SomeInLiteral some, Scope scope, List<Goal> goals)
    {
        var domain = Resolve(some.Domain, scope);
        Declare(some.Key, scope);
        Declare(some.Value, scope);
        var key = some.Key is null
            ? new Local(some.At, scope.Wildcard(some.At))
            : Settle(Resolve(some.Key, scope), scope, goals, negated: false);
        var value = Settle(Resolve(some.Value, scope), scope, goals, negated: false);

        // Steps into the domain itself, so that nothing is gathered only to be taken apart.
        var element = domain is Reference way
            ? way with
            {
                Steps = [.. way.Steps.Select(step => Settle(step, scope, goals, negated: false)), key],
            }
            : new Reference(some.At, Root.None, Settle(domain, scope, goals, negated: false), [key]);
        if (element.Head is { } head)
        {
            element = element with { Head = Settle(head, scope, goals, negated: false) };
        }

        goals.Add(new Unify(some.At, value, element));
    }

    private static void Declare(Term? shape, Scope scope)
    {
        foreach (var name in TermNames.Pattern(shape).DistinctBy(name => name.Name, StringComparer.Ordinal))
        {
            scope.Declare(name.Name, name.At);
        }
    }

    private void AddEvery(EveryLiteral every, Scope scope, List<Goal> goals)
    {
        var domain = Settle(Resolve(every.Domain, scope), scope, goals, negated: false);
        var inner = new Scope(scope.Frame, scope);
        var key = every.Key is { Name: not "_" } named ? inner.Declare(named.Name, named.At) : null;
        var value =
            every.Value.Name == "_" ? inner.Wildcard(every.At) : inner.Declare(every.Value.Name, every.Value.At);
        var bodyScope = Open(inner, scope.Frame, every.Body);
        goals.Add(new Every(every.At, key, value, domain, Body(every.Body, bodyScope), inner.Depth));
    }

    private void AddLine(TermLiteral line, Scope scope, List<Goal> goals)
    {
        if (line.Term is CallTerm { Function: VarTerm function } call && call.Arguments.Count == 2)
        {
            switch (function.Name)
            {
                case Operators.Assign:
                    var right = Settle(Resolve(call.Arguments[1], scope), scope, goals, line.Negated, top: true);
                    Declare(call.Arguments[0], scope);
                    var left = Settle(Resolve(call.Arguments[0], scope), scope, goals, line.Negated, top: true);
                    Finish(new Unify(line.At, left, right));
                    return;
                case Operators.Unify:
                    Finish(
                        new Unify(
                            line.At,
                            Settle(Resolve(call.Arguments[0], scope), scope, goals, line.Negated, top: true),
                            Settle(Resolve(call.Arguments[1], scope), scope, goals, line.Negated, top: true)
                        )
                    );
                    return;
                case Operators.Equal when line.Negated:
                    // As OPA has it: references on both sides stay under the negation, and calls do not.
                    Finish(
                        new Test(
                            line.At,
                            new Invocation(
                                line.At,
                                Find(line.At, Operators.Equal),
                                null,
                                [
                                    Settle(Resolve(call.Arguments[0], scope), scope, goals, true, top: true),
                                    Settle(Resolve(call.Arguments[1], scope), scope, goals, true, top: true),
                                ]
                            )
                        )
                    );
                    return;
            }
        }

        if (line.Term is CallTerm other)
        {
            AddCall(other, line, scope, goals);
            return;
        }

        Finish(new Test(line.At, Settle(Resolve(line.Term, scope), scope, goals, line.Negated, top: true)));

        void Finish(Goal goal) => goals.Add(line.Negated ? new Not(line.At, goal) : goal);
    }

    // A call as a line may have one argument more: what its result has to be.
    private void AddCall(CallTerm term, TermLiteral line, Scope scope, List<Goal> goals)
    {
        if (term.Function is VarTerm { Name: "print" })
        {
            // Prints nothing, and is never undefined.
            return;
        }

        var (builtin, function) = Callee(term, scope);
        var arity = builtin?.Arity ?? function!.Arity;
        var arguments = term
            .Arguments.Select(argument => Settle(Resolve(argument, scope), scope, goals, line.Negated))
            .ToArray();
        Goal goal;
        if (builtin == Library.Walk)
        {
            CheckArity(term, arity);
            var output = arguments.Length > arity ? arguments[arity] : new Local(term.At, scope.Wildcard(term.At));
            goal = new Walk(line.At, arguments[0], output);
        }
        else if (arguments.Length == arity + 1)
        {
            goal = new Unify(
                line.At,
                arguments[arity],
                new Invocation(term.At, builtin, function, [.. arguments.Take(arity)])
            );
        }
        else
        {
            CheckArity(term, arity);
            goal = new Test(line.At, new Invocation(term.At, builtin, function, arguments));
        }

        goals.Add(line.Negated ? new Not(line.At, goal) : goal);
    }

    private static void CheckArity(CallTerm term, int arity)
    {
        if (term.Arguments.Count != arity && term.Arguments.Count != arity + 1)
        {
            throw new SyntaxFault(
                term.At,
                SyntaxFault.Compile,
                $"The function takes {arity} arguments, and is given {term.Arguments.Count}."
            );
        }
    }

    private Replacement Replace(WithModifier with, Scope scope, List<Goal> goals)
    {
        var (root, path, builtin) = Target(with.Target, scope);
        var function = root == Root.Data ? FunctionAt(path) : null;
        if (builtin is null && function is null)
        {
            CheckPartial(with, root, path);
            var value = Settle(Resolve(with.Value, scope), scope, goals, negated: false);
            return new Replacement(with.At, root, path, value);
        }

        object replaced = builtin is null ? function! : builtin;
        if (with.Value is VarTerm or RefTerm && !IsLocal(with.Value, scope))
        {
            var (otherRoot, otherPath, otherBuiltin) = Target(with.Value, scope, orNothing: true);
            if (otherBuiltin is not null)
            {
                return new Replacement(with.At, Root.None, [], null, replaced, new FunctionStandIn(otherBuiltin, null));
            }

            if (otherRoot == Root.Data && FunctionAt(otherPath) is { } other)
            {
                dependencies.AddFunction(other, with.At);
                return new Replacement(with.At, Root.None, [], null, replaced, new FunctionStandIn(null, other));
            }
        }

        var own = Settle(Resolve(with.Value, scope), scope, goals, negated: false);
        return new Replacement(with.At, Root.None, [], own, replaced);
    }

    private static bool IsLocal(Term term, Scope scope) =>
        (term is RefTerm way ? way.Head : term) is VarTerm name && scope.Find(name.Name) is not null;

    private RuleTree? FunctionAt(RegoValue[] path)
    {
        var place = root;
        foreach (var step in path)
        {
            if ((place = place!.Child(step)) is null)
            {
                return null;
            }
        }

        return place is { IsFunction: true } ? place : null;
    }

    private void CheckPartial(WithModifier with, Root root1, RegoValue[] path)
    {
        if (root1 != Root.Data)
        {
            return;
        }

        var place = root;
        for (var i = 0; i < path.Length - 1 && place is not null; i++)
        {
            place = place.Child(path[i]);
            if (place is { IsVirtual: true })
            {
                throw new SyntaxFault(
                    with.At,
                    SyntaxFault.Compile,
                    "'with' cannot replace a part of a rule's value: replace all of it."
                );
            }
        }
    }

    private (Root Root, RegoValue[] Path, Builtin? Builtin) Target(Term target, Scope scope, bool orNothing = false)
    {
        var (head, steps) = target switch
        {
            VarTerm name => (name, (IReadOnlyList<Term>)[]),
            RefTerm { Head: VarTerm name } way => (name, way.Steps),
            _ when orNothing => (null, []),
            _ => throw new SyntaxFault(
                target.At,
                SyntaxFault.Compile,
                "'with' replaces input, a path of input or data, or a function."
            ),
        };
        if (head is null)
        {
            return (Root.None, [], null);
        }

        RegoValue[]? known = steps.All(step => step is ScalarTerm)
            ? [.. steps.Select(step => ((ScalarTerm)step).Value)]
            : null;
        if (names.Find(head.Name) is { } found)
        {
            return known is not null && (orNothing || known.All(step => step is StringValue))
                    ? (found.Root, [.. found.Path, .. known], null)
                : orNothing ? (Root.None, [], null)
                : throw new SyntaxFault(
                    target.At,
                    SyntaxFault.Unsupported,
                    "'with' replaces paths made of names only."
                );
        }

        var full = string.Join('.', [head.Name, .. (known ?? []).OfType<StringValue>().Select(step => step.Text)]);
        if (Library.Find(full) is { } builtin)
        {
            return (Root.None, [], builtin);
        }

        return orNothing ? (Root.None, [], null) : throw Unknown(target.At, full);
    }

    private Resolved Resolve(Term term, Scope scope)
    {
        switch (term)
        {
            case ScalarTerm scalar:
                return new Constant(scalar.At, scalar.Value);
            case VarTerm name:
                return Name(name, scope) switch
                {
                    Reference whole => Depend(whole),
                    var own => own,
                };
            case RefTerm way:
                var steps = way.Steps.Select(step => Resolve(step, scope)).ToArray();
                return Name(way.Head, scope) switch
                {
                    Reference { Root: not Root.None } head => Depend(head with { Steps = [.. head.Steps, .. steps] }),
                    var head => new Reference(way.At, Root.None, head, steps),
                };
            case CallTerm call:
                return Call(call, scope);
            case ArrayTerm array:
                return Fold(new ArrayOf(array.At, [.. array.Items.Select(item => Resolve(item, scope))]));
            case SetTerm set:
                return Fold(new SetOf(set.At, [.. set.Items.Select(item => Resolve(item, scope))]));
            case ObjectTerm map:
                return Fold(
                    new ObjectOf(
                        map.At,
                        [.. map.Members.Select(member => (Resolve(member.Key, scope), Resolve(member.Value, scope)))]
                    )
                );
            case ComprehensionTerm comprehension:
                return Comprehend(comprehension, scope);
            case TemplateTerm template:
                return new Template(
                    template.At,
                    [
                        .. template.Parts.Select(part =>
                            part.Expression is null
                                ? (part.Text, (Resolved?)null)
                                : ((string?)null, Part(template, part.Expression, scope))
                        ),
                    ]
                );
            default:
                throw new SyntaxFault(term.At, SyntaxFault.Unsupported, "This term is not supported.");
        }
    }

    private Resolved Name(Term head, Scope scope)
    {
        if (head is not VarTerm name)
        {
            return Resolve(head, scope);
        }

        if (name.Name == "_")
        {
            return new Local(name.At, scope.Wildcard(name.At));
        }

        if (scope.Find(name.Name) is { } local)
        {
            return new Local(name.At, local);
        }

        if (names.Find(name.Name) is { } found)
        {
            return new Reference(
                name.At,
                found.Root,
                null,
                [.. found.Path.Select(step => new Constant(name.At, step))]
            );
        }

        if (scope.Announced.Contains(name.Name))
        {
            throw new SyntaxFault(
                name.At,
                SyntaxFault.Compile,
                $"var {name.Name} is referenced above its declaration: move the declaration up."
            );
        }

        return new Local(name.At, scope.Add(name.Name, name.At));
    }

    private Reference Depend(Reference reference)
    {
        if (reference.Root == Root.Data)
        {
            dependencies.Add(reference);
        }

        return reference;
    }

    private Invocation Call(CallTerm call, Scope scope)
    {
        if (call.Function is VarTerm { Name: Operators.Assign })
        {
            throw new SyntaxFault(call.At, SyntaxFault.Compile, "':=' stands in a line of its own.");
        }

        var (builtin, function) = Callee(call, scope);
        var arity = builtin?.Arity ?? function!.Arity;
        if (call.Arguments.Count != arity)
        {
            throw new SyntaxFault(
                call.At,
                SyntaxFault.Compile,
                $"The function takes {arity} arguments, and is given {call.Arguments.Count}."
            );
        }

        return new Invocation(
            call.At,
            builtin,
            function,
            [.. call.Arguments.Select(argument => Resolve(argument, scope))]
        );
    }

    private (Builtin? Builtin, RuleTree? Function) Callee(CallTerm call, Scope scope)
    {
        var (head, steps) = call.Function is RefTerm way
            ? ((VarTerm)way.Head, way.Steps)
            : ((VarTerm)call.Function, (IReadOnlyList<Term>)[]);
        if (scope.Find(head.Name) is not null)
        {
            throw new SyntaxFault(
                call.At,
                SyntaxFault.Compile,
                $"{head.Name} is a variable, and is called: give the variable another name."
            );
        }

        var path = new List<RegoValue>();
        foreach (var step in steps)
        {
            path.Add(
                step is ScalarTerm { Value: var own }
                    ? own
                    : throw new SyntaxFault(step.At, SyntaxFault.Compile, "A function is called by its name.")
            );
        }

        if (names.Find(head.Name) is { } found)
        {
            if (found.Root == Root.Data && FunctionAt([.. found.Path, .. path]) is { } function)
            {
                dependencies.AddFunction(function, call.At);
                return (null, function);
            }

            // A rule may have the first name of a builtin, such as "time".
            if (found.Path.Length == 0 || Library.Find(FullName()) is null)
            {
                throw new SyntaxFault(
                    call.At,
                    SyntaxFault.Compile,
                    $"There is no function {FullName()}: define it, or load the module that does."
                );
            }
        }

        return (Find(call.At, FullName()), null);

        string FullName() => string.Join('.', [head.Name, .. path.Select(step => step.AsText() ?? step.ToString())]);
    }

    private static Builtin Find(Location at, string name) => Library.Find(name) ?? throw Unknown(at, name);

    private static SyntaxFault Unknown(Location at, string name) =>
        Library.IsRefused(name)
            ? new SyntaxFault(
                at,
                SyntaxFault.Unsupported,
                $"The builtin {name} is not supported by the embedded evaluator: do without it, or let OPA evaluate."
            )
            : new SyntaxFault(
                at,
                SyntaxFault.Unsupported,
                $"The function {name} is not known: no rule defines it, and the embedded evaluator has no builtin of this name."
            );

    private Comprehension Comprehend(ComprehensionTerm term, Scope scope)
    {
        var inner = Open(scope, scope.Frame, term.Body, term.Key, term.Value);
        var goals = Body(term.Body, inner);
        var key = term.Key is null ? null : Value(term.Key, inner, goals);
        var value = Value(term.Value, inner, goals);
        return new Comprehension(term.At, term.Kind, key, value, goals, inner.Depth);
    }

    private Comprehension Part(TemplateTerm template, Literal expression, Scope scope)
    {
        var line = (TermLiteral)expression;
        var inner = Open(scope, scope.Frame, [line]);
        var goals = new List<Goal>();
        var result = new Local(template.At, inner.Fresh(template.At));
        if (line.With.Count == 0)
        {
            goals.Add(new Unify(line.At, result, Settle(Resolve(line.Term, inner), inner, goals, false, top: true)));
        }
        else
        {
            var replacements = line.With.Select(with => Replace(with, inner, goals)).ToArray();
            var under = new List<Goal>();
            var value = Settle(Resolve(line.Term, inner), inner, under, false, top: true);
            under.Add(new Unify(line.At, result, value));
            goals.Add(new With(line.At, under, replacements));
        }

        return new Comprehension(template.At, ComprehensionKind.Set, null, result, goals, inner.Depth);
    }

    private static Resolved Fold(Resolved term) =>
        term switch
        {
            ArrayOf array when array.Items.All(item => item is Constant) => new Constant(
                term.At,
                new ArrayValue([.. array.Items.Select(item => ((Constant)item).Value)])
            ),
            SetOf set when set.Items.All(item => item is Constant) => new Constant(
                term.At,
                SetValue.Of(set.Items.Select(item => ((Constant)item).Value))
            ),
            ObjectOf map when map.Members.All(member => member is { Key: Constant, Value: Constant }) => new Constant(
                term.At,
                Object(map)
            ),
            _ => term,
        };

    private static ObjectValue Object(ObjectOf map)
    {
        var members = new ObjectBuilder();
        foreach (var (key, value) in map.Members)
        {
            members.Set(((Constant)key).Value, ((Constant)value).Value);
        }

        return members.Build();
    }

    // OPA moves calls and references out of the terms that they are nested in, also out of a negation; what can be computed in place
    // stays in place here, except under a negation, where it makes a difference.
    private static Resolved Settle(Resolved term, Scope scope, List<Goal> goals, bool negated, bool top = false)
    {
        switch (term)
        {
            case Reference way:
                var settled = way with
                {
                    Head = way.Head is null ? null : Settle(way.Head, scope, goals, negated),
                    Steps = [.. way.Steps.Select(step => Settle(step, scope, goals, negated))],
                };
                return !top && (negated || settled.Steps.Any(IsOpen)) ? Move(settled, scope, goals) : settled;
            case Invocation call:
                var made = call with
                {
                    Arguments = [.. call.Arguments.Select(argument => Settle(argument, scope, goals, negated))],
                };
                if (call.Builtin == Library.Walk)
                {
                    var output = new Local(call.At, scope.Fresh(call.At));
                    goals.Add(new Walk(call.At, made.Arguments[0], output));
                    return output;
                }

                return negated ? Move(made, scope, goals) : made;
            case ArrayOf array:
                return array with { Items = [.. array.Items.Select(item => Settle(item, scope, goals, negated))] };
            case SetOf set:
                return set with { Items = [.. set.Items.Select(item => Settle(item, scope, goals, negated))] };
            case ObjectOf map:
                return map with
                {
                    Members =
                    [
                        .. map.Members.Select(member =>
                            (Settle(member.Key, scope, goals, negated), Settle(member.Value, scope, goals, negated))
                        ),
                    ],
                };
            default:
                return term;
        }
    }

    private static bool IsOpen(Resolved step) =>
        step switch
        {
            Local => true,
            ArrayOf array => array.Items.Any(IsOpen),
            ObjectOf map => map.Members.Any(member => IsOpen(member.Value)),
            _ => false,
        };

    private static Local Move(Resolved term, Scope scope, List<Goal> goals)
    {
        var result = new Local(term.At, scope.Fresh(term.At));
        goals.Add(new Unify(term.At, result, term));
        return result;
    }
}

namespace Governance.Policies.Rego.Compile;

/// <summary>The variables of goals and terms.</summary>
internal static class Terms
{
    /// <summary>Those that stand in the goal itself.</summary>
    public static IEnumerable<Variable> Direct(Goal goal) =>
        goal switch
        {
            Unify unify => Direct(unify.Left).Concat(Direct(unify.Right)),
            Test test => Direct(test.Term),
            Not not => Direct(not.Inner),
            Walk walk => Direct(walk.Value).Concat(Direct(walk.Output)),
            Every every => Direct(every.Domain),
            With with => with
                .Goals.SelectMany(Direct)
                .Concat(with.Replacements.SelectMany(one => one.Value is null ? [] : Direct(one.Value))),
            _ => [],
        };

    /// <summary>Those that stand in the term itself.</summary>
    public static IEnumerable<Variable> Direct(Resolved term) =>
        term switch
        {
            Local local => [local.Variable],
            Reference way => (way.Head is null ? [] : Direct(way.Head)).Concat(way.Steps.SelectMany(Direct)),
            Invocation call => call.Arguments.SelectMany(Direct),
            ArrayOf array => array.Items.SelectMany(Direct),
            SetOf set => set.Items.SelectMany(Direct),
            ObjectOf map => map.Members.SelectMany(member => Direct(member.Key).Concat(Direct(member.Value))),
            _ => [],
        };

    /// <summary>Those of the enclosing bodies that comprehensions and <c>every</c> use.</summary>
    public static IEnumerable<Variable> InClosures(Goal goal) =>
        goal switch
        {
            Unify unify => InClosures(unify.Left).Concat(InClosures(unify.Right)),
            Test test => InClosures(test.Term),
            Not not => InClosures(not.Inner),
            Walk walk => InClosures(walk.Value).Concat(InClosures(walk.Output)),
            Every every => InClosures(every.Domain)
                .Concat(every.Body.SelectMany(All).Where(variable => variable.Depth < every.Depth)),
            With with => with
                .Goals.SelectMany(InClosures)
                .Concat(with.Replacements.SelectMany(one => one.Value is null ? [] : InClosures(one.Value))),
            _ => [],
        };

    public static IEnumerable<Variable> InClosures(Resolved term) =>
        term switch
        {
            Reference way => (way.Head is null ? [] : InClosures(way.Head)).Concat(way.Steps.SelectMany(InClosures)),
            Invocation call => call.Arguments.SelectMany(InClosures),
            ArrayOf array => array.Items.SelectMany(InClosures),
            SetOf set => set.Items.SelectMany(InClosures),
            ObjectOf map => map.Members.SelectMany(member => InClosures(member.Key).Concat(InClosures(member.Value))),
            Template template => template.Parts.SelectMany(part =>
                part.Expression is null ? [] : InClosures(part.Expression)
            ),
            Comprehension own => own
                .Body.SelectMany(All)
                .Concat(own.Key is null ? [] : All(own.Key))
                .Concat(All(own.Value))
                .Where(variable => variable.Depth < own.Depth),
            _ => [],
        };

    private static IEnumerable<Variable> All(Goal goal) => Direct(goal).Concat(InClosures(goal));

    private static IEnumerable<Variable> All(Resolved term) => Direct(term).Concat(InClosures(term));
}

using Governance.Policies.Rego.Builtins;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Compile;

/// <summary>The names that terms and lines use or declare themselves, not in the bodies that they enclose.</summary>
internal static class TermNames
{
    public static IEnumerable<VarTerm> Used(IEnumerable<Literal> body) => body.SelectMany(Used);

    public static IEnumerable<VarTerm> Used(Term? term) =>
        term switch
        {
            VarTerm name => [name],
            RefTerm way => Used(way.Head).Concat(way.Steps.SelectMany(Used)),
            CallTerm call => call.Arguments.SelectMany(Used),
            ArrayTerm array => array.Items.SelectMany(Used),
            SetTerm set => set.Items.SelectMany(Used),
            ObjectTerm map => map.Members.SelectMany(member => Used(member.Key).Concat(Used(member.Value))),
            _ => [],
        };

    public static IEnumerable<VarTerm> Declared(IEnumerable<Literal> body) =>
        body.SelectMany(literal =>
            literal switch
            {
                SomeLiteral some => some.Names,
                SomeInLiteral some => Pattern(some.Key).Concat(Pattern(some.Value)),
                TermLiteral { Term: CallTerm { Function: VarTerm { Name: Operators.Assign } } call } => Pattern(
                    call.Arguments[0]
                ),
                _ => [],
            }
        );

    /// <summary>The variables of a shape on the left of <c>:=</c> or of <c>in</c>.</summary>
    public static IEnumerable<VarTerm> Pattern(Term? shape) =>
        (
            shape switch
            {
                VarTerm name => [name],
                ArrayTerm array => array.Items.SelectMany(Pattern),
                ObjectTerm map => map.Members.SelectMany(member => Pattern(member.Value)),
                _ => Enumerable.Empty<VarTerm>(),
            }
        ).Where(name => name.Name != "_");

    private static IEnumerable<VarTerm> Used(Literal literal)
    {
        var own = literal switch
        {
            TermLiteral { Term: CallTerm { Function: VarTerm { Name: Operators.Assign } } call } => Used(
                call.Arguments[1]
            ),
            TermLiteral line => Used(line.Term),
            SomeInLiteral some => Used(some.Domain),
            EveryLiteral every => Used(every.Domain),
            _ => [],
        };
        return own.Concat(literal.With.Where(with => !IsBuiltin(with.Value)).SelectMany(with => Used(with.Value)));
    }

    // A builtin that stands for another function is named, not computed.
    private static bool IsBuiltin(Term term) =>
        term switch
        {
            VarTerm name => Library.Find(name.Name) is not null,
            RefTerm { Head: VarTerm head } way => way.Steps.All(step => step is ScalarTerm { Value: StringValue })
                && Library.Find(
                    string.Join('.', [head.Name, .. way.Steps.Select(step => ((ScalarTerm)step).Value.AsText())])
                )
                    is not null,
            _ => false,
        };
}

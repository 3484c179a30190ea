using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Governance.Policies.Decisions;
using Governance.Policies.Views;

namespace Governance.Bench.Decisions;

/// <summary>The rule of <c>policies/rows</c> for addresses, as one would write it in C# where it never had to change.</summary>
internal sealed class PlainRows
{
    private readonly (HashSet<string> Members, HashSet<string> Groups, string[] Regions)[] _teams;
    private readonly HashSet<string> _everywhere;

    public PlainRows(JsonObject data)
    {
        _teams =
        [
            .. data["teams"]!
                .AsObject()
                .Select(team =>
                    (
                        team.Value!["members"]!.AsObject().Select(one => one.Key).ToHashSet(StringComparer.Ordinal),
                        team.Value!["groups"]!.AsObject().Select(one => one.Key).ToHashSet(StringComparer.Ordinal),
                        team.Value!["regions"]!.AsArray().Select(region => (string)region!).ToArray()
                    )
                ),
        ];
        _everywhere =
        [
            .. data["purposes"]!
                .AsObject()
                .Where(purpose => (bool?)purpose.Value!["all_regions"] == true)
                .Select(purpose => purpose.Key),
        ];
    }

    public RowCondition Of(RowQuestion question)
    {
        if (_everywhere.Contains(question.Purpose))
        {
            return RowCondition.Everything;
        }

        var regions = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (members, groups, own) in _teams)
        {
            if (members.Contains(question.Subject.Id) || question.Subject.Groups.Any(groups.Contains))
            {
                regions.UnionWith(own);
            }
        }

        return regions.Count switch
        {
            0 => RowCondition.Nothing,
            1 => new Comparison("country", ComparisonOperator.Equal, new TextConstant(regions.Min!)),
            _ => new Membership("country", [.. regions.Select(Constant (region) => new TextConstant(region))]),
        };
    }
}

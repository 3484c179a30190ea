using Governance.Policies.Rego;
using Governance.Policies.Rego.Evaluation;
using Governance.Policies.Rego.Partial;
using Governance.Policies.Rego.Values;
using Governance.Policies.Views;

namespace Governance.Tests.Rego.Partial;

/// <summary>The rows of the condition are the rows that the policy says yes to, one by one.</summary>
public sealed class PartialLawTests
{
    private const int Rows = 12;

    [Fact]
    public void Condition_OfRowsWithoutNulls_HoldsWhereThePolicyDoes()
    {
        var seen = Compare(1, 1500, new RowPolicyTraits(Bare: true, Null: true, Named: true), nulls: false, Whole);
        seen.Wider.Should().BeEmpty();
        seen.Narrower.Should().BeEmpty();
        seen.Rows.Should().BeGreaterThan(15_000);

        // Most policies decide by the rows, and rows fall on both sides.
        seen.Conditions.Should().BeGreaterThan(700);
        seen.Selected.Should().BeInRange(seen.Rows / 5, seen.Rows * 4 / 5);
    }

    [Fact]
    public void Condition_OfRowsWithNulls_HoldsOnlyWhereThePolicyDoes()
    {
        var seen = Compare(5001, 1000, new RowPolicyTraits(Bare: false, Null: true, Named: true), nulls: true, Whole);
        seen.Wider.Should().BeEmpty();
        seen.Narrower.Should().NotBeEmpty("a null that is asked about hides the row, and Rego takes it for a value");
        seen.Selected.Should().BeGreaterThan(seen.Rows / 10);
    }

    [Fact]
    public void Condition_OfRowsWithNullsLeftOut_HoldsOnlyWhereThePolicyDoes()
    {
        var seen = Compare(
            9001,
            1000,
            new RowPolicyTraits(Bare: true, Null: false, Named: false),
            nulls: true,
            LeftOut
        );
        seen.Wider.Should().BeEmpty();
        seen.Selected.Should().BeGreaterThan(seen.Rows / 10);
    }

    private static string Whole(Dictionary<string, string?> row) =>
        $$$"""{"region": {{{row["region"] ?? "null"}}}, "status": {{{row["status"] ?? "null"}}}, "address": {"city": {{{row["address.city"] ?? "null"}}}}, "amount": {{{row["amount"] ?? "null"}}}, "open": {{{row["open"] ?? "null"}}}}""";

    private static string LeftOut(Dictionary<string, string?> row)
    {
        var members = row.Where(cell => cell.Value is not null)
            .Select(cell =>
                cell.Key == "address.city"
                    ? $"\"address\": {{\"city\": {cell.Value}}}"
                    : $"\"{cell.Key}\": {cell.Value}"
            );
        return $"{{{string.Join(", ", members)}}}";
    }

    private static Seen Compare(
        uint from,
        uint policies,
        RowPolicyTraits traits,
        bool nulls,
        Func<Dictionary<string, string?>, string> json
    )
    {
        var seen = new Seen();
        for (var seed = from; seed < from + policies; seed++)
        {
            var generator = new RowPolicyGenerator(seed, traits);
            var policy = generator.Policy();
            var known = generator.Known();
            var bundle = PolicyBundle.Load(
                [new PolicySource("rows.rego", policy)],
                RegoValue.FromJson(RowPolicyGenerator.Data)
            );
            var result = PartialQuery
                .Prepare(bundle, "data.rows.allow", PartialQueryTests.Orders)
                .Evaluate(RegoValue.FromJson($"{{{known}}}"));
            seen.Conditions += result.IsEverything || result.IsNothing ? 0 : 1;
            for (var i = 0; i < Rows; i++)
            {
                var row = generator.Row(nulls);
                var selected = RowConditions.Matches(result.Condition, path => Constant(row[path])) == true;
                var input = $"{{{known}, \"orders\": {json(row)}}}";
                var allowed = bundle.Evaluate("data.rows.allow", RegoValue.FromJson(input)) is { IsTrue: true };
                seen.Rows++;
                seen.Selected += selected ? 1 : 0;
                if (selected != allowed)
                {
                    (selected ? seen.Wider : seen.Narrower).Add(
                        $"{seed}: {ConditionText.Of(result.Condition)}\n{input}\n{policy}"
                    );
                }
            }
        }

        return seen;
    }

    private static Constant? Constant(string? json) =>
        json is null ? null : Question.ConstantOf(RegoValue.FromJson(json));

    private sealed class Seen
    {
        public int Rows { get; set; }
        public int Selected { get; set; }
        public int Conditions { get; set; }
        public List<string> Wider { get; } = [];
        public List<string> Narrower { get; } = [];
    }
}

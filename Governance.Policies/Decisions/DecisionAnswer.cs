using System.Collections.Immutable;
using System.Globalization;
using Governance.Masking.Contracts;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Decisions;

/// <summary>Reads what policies answered. What is not exactly a decision is none.</summary>
internal static class DecisionAnswer
{
    // Beyond this, an end would be no date.
    private const long MostSeconds = 253_402_300_799;

    /// <summary>Reads an access decision.</summary>
    /// <exception cref="FormatException">It is no decision; says which member.</exception>
    public static AccessDecision Access(RegoValue answer, AccessQuestion question, PolicyStamp stamp)
    {
        var outcome = Text(answer, "outcome") switch
        {
            "allow" => AccessOutcome.Allow,
            "ask_owner" => AccessOutcome.AskOwner,
            "deny" => AccessOutcome.Deny,
            _ => throw Wrong("outcome"),
        };
        var isGranted = outcome != AccessOutcome.Deny;
        var decision = new AccessDecision(
            outcome,
            Columns(answer, question.Dataset),
            isGranted ? Text(answer, "rows") : null,
            isGranted ? DateTimeOffset.FromUnixTimeSeconds(Number(answer, "until")) : null,
            Member(answer, "max_seconds") is NumberValue ? TimeSpan.FromSeconds(Number(answer, "max_seconds")) : null,
            (int)Math.Min(Number(answer, "smallest_group"), int.MaxValue),
            Reasons(answer),
            [.. Texts(answer, "obligations")],
            (int)Math.Min(Number(answer, "approvals"), int.MaxValue),
            Text(answer, "approver_team"),
            stamp
        );
        return
            (outcome == AccessOutcome.AskOwner) == (decision.Approvals > 0)
            && (!isGranted || (decision.Shown.Any() && DecisionPaths.IsPath(decision.RowRule!)))
            ? decision
            : throw Wrong(isGranted && !decision.Shown.Any() ? "columns" : "approvals or rows");
    }

    /// <summary>Reads whether an endpoint may be called.</summary>
    /// <exception cref="FormatException">It is no decision; says which member.</exception>
    public static EndpointDecision Endpoint(RegoValue answer, PolicyStamp stamp)
    {
        var context = answer.Member("context");
        return new EndpointDecision(
            Truth(answer, "decision"),
            context?.Member("reason_user")?.Member("en")?.AsText() ?? "",
            context?.Member("reason_admin")?.Member("en")?.AsText() ?? "",
            stamp
        );
    }

    /// <summary>Reads whether a person may decide.</summary>
    /// <exception cref="FormatException">It is no decision; says which member.</exception>
    public static ApprovalDecision Approval(RegoValue answer, PolicyStamp stamp) =>
        new(Truth(answer, "allow"), (int)Math.Min(Number(answer, "remaining"), int.MaxValue), Reasons(answer), stamp);

    /// <summary>Reads which purposes may be objected to.</summary>
    /// <exception cref="FormatException">It is no decision, or does not decide about each purpose once.</exception>
    public static ObjectionDecision Objection(RegoValue answer, ObjectionQuestion question, PolicyStamp stamp)
    {
        var decision = new ObjectionDecision(
            [.. Texts(answer, "allowed")],
            [
                .. Member(answer, "refused")
                    .Elements()
                    .Select(one => new RefusedObjection(Text(one, "purpose"), Text(one, "ground"))),
            ],
            [.. Texts(answer, "unknown")],
            stamp
        );
        return decision
            .Allowed.Concat(decision.Refused.Select(one => one.Purpose))
            .Concat(decision.Unknown)
            .Order(StringComparer.Ordinal)
            .SequenceEqual(
                question.Purposes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                StringComparer.Ordinal
            )
            ? decision
            : throw Wrong("allowed, refused or unknown");
    }

    private static ImmutableArray<ColumnDecision> Columns(RegoValue answer, Dataset dataset)
    {
        var columns = Member(answer, "columns") as ObjectValue ?? throw Wrong("columns");
        var names = dataset.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        if (columns.Keys.Any(name => name.AsText() is not { } text || !names.Contains(text)))
        {
            throw Wrong("columns");
        }

        return
        [
            .. dataset
                .Columns.Select(column => (column.Name, Value: columns.Member(column.Name)))
                .Where(column => column.Value is not null)
                .Select(column => Column(column.Name, column.Value!)),
        ];
    }

    private static ColumnDecision Column(string name, RegoValue value)
    {
        var showing = Text(value, "show") switch
        {
            "hidden" => ColumnShowing.Hidden,
            "masked" => ColumnShowing.Masked,
            "generalized" => ColumnShowing.Generalized,
            "plain" => ColumnShowing.Plain,
            _ => throw Wrong("columns.show"),
        };
        Generalization? generalization = (showing, Text(value, "generalize")) switch
        {
            (ColumnShowing.Generalized, "day") => Generalization.Day,
            (ColumnShowing.Generalized, "month") => Generalization.Month,
            (ColumnShowing.Generalized, "year") => Generalization.Year,
            (not ColumnShowing.Generalized, "") => null,
            _ => throw Wrong("columns.generalize"),
        };
        return new ColumnDecision(name, showing, [.. Texts(value, "reveal")], generalization, Text(value, "reason"));
    }

    private static ImmutableArray<DecisionReason> Reasons(RegoValue answer) =>
        [
            .. Member(answer, "reasons")
                .Elements()
                .Select(reason => new DecisionReason(Text(reason, "code"), Text(reason, "text"))),
        ];

    private static RegoValue Member(RegoValue value, string name) => value.Member(name) ?? throw Wrong(name);

    private static string Text(RegoValue value, string name) => Member(value, name).AsText() ?? throw Wrong(name);

    private static IEnumerable<string> Texts(RegoValue value, string name) =>
        Member(value, name) is ArrayValue or SetValue
            ? Member(value, name).Elements().Select(one => one.AsText() ?? throw Wrong(name))
            : throw Wrong(name);

    private static bool Truth(RegoValue value, string name) =>
        Member(value, name) is BoolValue truth ? truth.Value : throw Wrong(name);

    // Not below zero.
    private static long Number(RegoValue value, string name) =>
        Member(value, name) is NumberValue { IsInt64: true, Int64: >= 0 and <= MostSeconds } number
            ? number.Int64
            : throw Wrong(name);

    private static FormatException Wrong(string member) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The policies' answer has no usable '{member}'."));
}

using Governance.Policies.Rego.Values;

namespace Governance.Policies.Decisions;

/// <summary>Questions as the policies' input; the same for the embedded evaluator and for a server.</summary>
internal static class DecisionInput
{
    private static readonly StringValue User = new("user");
    private static readonly StringValue Endpoint = new("endpoint");
    private static readonly StringValue Http = new("http");

    public static ObjectValue Of(AccessQuestion question, DateTimeOffset now)
    {
        (string, RegoValue)[] members =
        [
            ("subject", Of(question.Subject)),
            ("dataset", DatasetInput.Of(question.Dataset).Value),
            ("purpose", RegoObject.Text(question.Purpose)),
            ("columns", RegoObject.Texts(question.Columns)),
            ("seconds", NumberValue.Of((long)question.Duration.TotalSeconds)),
            ("now", NumberValue.Of(now.ToUnixTimeSeconds())),
            ("break_glass", BoolValue.Of(question.IsBreakGlass)),
            // How many words, never which: they may speak of a person.
            ("justification_words", NumberValue.Of(WordsOf(question.Justification))),
        ];
        return RegoObject.Of(question.Renews is { } held ? [.. members, ("renews", Of(held))] : members);
    }

    public static ObjectValue Of(RowQuestion question) =>
        RegoObject.Of(
            ("subject", Of(question.Subject)),
            ("dataset", DatasetInput.Of(question.Dataset).Name),
            ("purpose", RegoObject.Text(question.Purpose))
        );

    public static ObjectValue Of(EndpointQuestion question) =>
        RegoObject.Of(
            ("subject", Of(question.Subject)),
            ("resource", RegoObject.Of(("type", Endpoint), ("id", RegoObject.Text(question.Path)))),
            ("action", RegoObject.Of(("name", RegoObject.Text(question.Method)))),
            (
                "context",
                RegoObject.Of(
                    ("type", Http),
                    ("host", RegoObject.Text(question.Host)),
                    ("ip", RegoObject.Text(question.Ip)),
                    ("port", NumberValue.Of(question.Port)),
                    ("data", RegoObject.Of(("route", RegoObject.Text(question.Route))))
                )
            )
        );

    public static ObjectValue Of(ApprovalQuestion question) =>
        RegoObject.Of(
            ("subject", Of(question.Subject)),
            ("act", RegoObject.Text(Word(question.Act))),
            (
                "request",
                RegoObject.Of(
                    ("requester", RegoObject.Text(question.Request.Requester)),
                    ("dataset", RegoObject.Text(question.Request.Dataset)),
                    ("owner_team", RegoObject.Text(question.Request.OwnerTeam)),
                    ("purpose", RegoObject.Text(question.Request.Purpose)),
                    ("approved_by", RegoObject.Texts(question.Request.ApprovedBy)),
                    ("approvals", NumberValue.Of(question.Request.Approvals))
                )
            )
        );

    public static ObjectValue Of(ObjectionQuestion question) =>
        RegoObject.Of(
            ("subject", RegoObject.Text(question.SubjectKind)),
            ("purposes", RegoObject.Texts(question.Purposes))
        );

    private static ObjectValue Of(PolicySubject subject) =>
        RegoObject.Of(
            ("type", User),
            ("id", RegoObject.Text(subject.Id)),
            (
                "claims",
                RegoObject.Of(("roles", RegoObject.Texts(subject.Roles)), ("groups", RegoObject.Texts(subject.Groups)))
            )
        );

    private static ObjectValue Of(HeldGrant held) =>
        RegoObject.Of(
            ("id", RegoObject.Text(held.Id)),
            ("purpose", RegoObject.Text(held.Purpose)),
            ("columns", RegoObject.Texts(held.Columns)),
            ("used_columns", RegoObject.Texts(held.UsedColumns)),
            ("approved_by_owner", BoolValue.Of(held.ApprovedByOwner)),
            ("renewals", NumberValue.Of(held.Renewals))
        );

    private static string Word(ApprovalAct act) =>
        act switch
        {
            ApprovalAct.Approve => "approve",
            ApprovalAct.Deny => "deny",
            ApprovalAct.Revoke => "revoke",
            ApprovalAct.Read => "read",
            ApprovalAct.Renew => "renew",
            _ => throw new ArgumentOutOfRangeException(nameof(act)),
        };

    private static int WordsOf(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length;
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;

namespace Governance.Bench.Decisions;

/// <summary>
/// The rule of <c>policies/access</c> as one would write it in C# where it never had to change: what the evaluator is compared with. It reads
/// the same data, and answers with the same decisions, word for word.
/// </summary>
internal sealed class PlainAccess
{
    private const long Day = 86_400;

    private readonly Dictionary<string, Purpose> _purposes;
    private readonly Dictionary<(string Person, string Dataset, string Purpose), Held> _held = [];
    private readonly string[] _askingRoles;
    private readonly string[] _sensitive;
    private readonly HashSet<string> _revealableMethods;
    private readonly long _maxDays;
    private readonly long _unaskedDays;
    private readonly int _sensitiveApprovals;
    private readonly string _knownPurposes;
    private readonly PolicyStamp _stamp;

    public PlainAccess(JsonObject data, PolicyStamp stamp)
    {
        _stamp = stamp;
        _purposes = data["purposes"]!
            .AsObject()
            .ToDictionary(purpose => purpose.Key, purpose => Purpose.Of(purpose.Value!), StringComparer.Ordinal);
        _knownPurposes = string.Join(", ", _purposes.Keys.Order(StringComparer.Ordinal));
        var thresholds = data["thresholds"]!;
        _askingRoles = Texts(thresholds["asking_roles"]);
        _sensitive = Texts(thresholds["sensitive"]);
        _revealableMethods = [.. Texts(thresholds["revealable_methods"])];
        _maxDays = (long)thresholds["max_days"]!;
        _unaskedDays = (long)thresholds["unasked_days"]!;
        _sensitiveApprovals = (int)thresholds["sensitive_approvals"]!;
        foreach (var (person, datasets) in data["grants"]!.AsObject())
        {
            foreach (var (dataset, purposes) in datasets!.AsObject())
            {
                foreach (var (purpose, grant) in purposes!.AsObject())
                {
                    _held[(person, dataset, purpose)] = new Held((long)grant!["until"]!, [.. Texts(grant["columns"])]);
                }
            }
        }
    }

    public AccessDecision Decide(AccessQuestion question, DateTimeOffset at)
    {
        var now = at.ToUnixTimeSeconds();
        var purpose = _purposes.GetValueOrDefault(question.Purpose);
        var asked = question.Columns.IsEmpty ? null : question.Columns.ToHashSet(StringComparer.Ordinal);
        var columns = ImmutableArray.CreateBuilder<ColumnDecision>(question.Dataset.Columns.Length);
        var isPersonal = false;
        List<string> hidden = [];
        SortedSet<string> sensitive = new(StringComparer.Ordinal);
        var visible = 0;
        foreach (var column in question.Dataset.Columns)
        {
            isPersonal |= Fields(column).Any(IsPersonal);
            if (asked?.Contains(column.Name) == false)
            {
                continue;
            }

            var decision = Judge(column, purpose);
            columns.Add(decision);
            if (decision.Showing == ColumnShowing.Hidden)
            {
                hidden.Add(column.Name);
                continue;
            }

            visible++;
            if (Fields(column).Any(field => IsPersonal(field) && Within(field.PrivacyCategory!, _sensitive)))
            {
                sensitive.Add(column.Name);
            }
        }

        var maxSeconds = Math.Min(_maxDays, purpose?.MaxDays ?? _maxDays) * Day;
        var wanted = (long)question.Duration.TotalSeconds;
        var seconds = Math.Min(wanted, maxSeconds);
        var group = isPersonal ? purpose?.SmallestGroup ?? 0 : 0;
        var refusals = Refusals(question, purpose, asked, visible, wanted);
        if (refusals.Count > 0)
        {
            return new AccessDecision(
                AccessOutcome.Deny,
                columns.DrainToImmutable(),
                null,
                null,
                TimeSpan.FromSeconds(maxSeconds),
                group,
                [.. refusals],
                ["ledger"],
                0,
                "",
                _stamp
            );
        }

        List<DecisionReason> questions = [];
        if (purpose!.AskOwner)
        {
            questions.Add(new("purpose_asks_owner", "The purpose needs the owner's word."));
        }

        if (sensitive.Count > 0)
        {
            questions.Add(new("sensitive", $"It holds what is sensitive: {string.Join(", ", sensitive)}."));
        }

        if (seconds > _unaskedDays * Day)
        {
            questions.Add(new("long", $"It is for longer than {_unaskedDays} days."));
        }

        var asks =
            questions.Count > 0
            && !(
                _held.TryGetValue((question.Subject.Id, question.Dataset.Name, question.Purpose), out var held)
                && held.Until >= now + seconds
                && columns.All(column => column.Showing == ColumnShowing.Hidden || held.Columns.Contains(column.Name))
            );
        List<DecisionReason> notes = [];
        if (hidden.Count > 0)
        {
            hidden.Sort(StringComparer.Ordinal);
            notes.Add(new("columns_hidden", $"Not shown for this purpose: {string.Join(", ", hidden)}."));
        }

        if (wanted > maxSeconds)
        {
            notes.Add(new("shortened", "It is for less long than was asked for: for the longest that is given."));
        }

        var approvals =
            !asks ? 0
            : sensitive.Count > 0 ? _sensitiveApprovals
            : 1;
        return new AccessDecision(
            asks ? AccessOutcome.AskOwner : AccessOutcome.Allow,
            columns.DrainToImmutable(),
            "data.rows.allow",
            DateTimeOffset.FromUnixTimeSeconds(now + seconds),
            TimeSpan.FromSeconds(maxSeconds),
            group,
            [.. (asks ? questions : []).OrderBy(reason => reason.Code, StringComparer.Ordinal), .. notes],
            ["ledger"],
            approvals,
            asks ? question.Dataset.OwnerTeam : "",
            _stamp
        );
    }

    private List<DecisionReason> Refusals(
        AccessQuestion question,
        Purpose? purpose,
        HashSet<string>? asked,
        int visible,
        long wanted
    )
    {
        List<DecisionReason> refusals = [];
        if (purpose?.BreakGlassOnly == true)
        {
            refusals.Add(new("break_glass_only", "The purpose is for emergencies: break the glass, with a reason."));
        }

        string[] unknown =
        [
            .. (asked ?? [])
                .Where(name => question.Dataset.Columns.All(column => column.Name != name))
                .Order(StringComparer.Ordinal),
        ];
        if (unknown.Length > 0)
        {
            refusals.Add(new("column_unknown", $"The dataset has no such column: {string.Join(", ", unknown)}."));
        }

        if (wanted < 1)
        {
            refusals.Add(new("duration_wrong", "Ask for a second at least."));
        }

        if (purpose is not null && visible == 0)
        {
            refusals.Add(new("nothing_to_show", "Nothing that is asked for can be shown for this purpose."));
        }

        if (purpose is null)
        {
            refusals.Add(new("purpose_unknown", $"There is no such purpose. Known are: {_knownPurposes}."));
        }
        else if (purpose.LegalBasis.Length == 0)
        {
            refusals.Add(
                new(
                    "purpose_without_legal_basis",
                    "The purpose has no legal basis, so nobody may use it. Ask the data protection officer."
                )
            );
        }

        if (!_askingRoles.Any(role => question.Subject.Roles.Contains(role, StringComparer.Ordinal)))
        {
            refusals.Add(
                new(
                    "role_missing",
                    $"Datasets are asked for by somebody with one of the roles: {string.Join(", ", _askingRoles)}."
                )
            );
        }

        return refusals;
    }

    private ColumnDecision Judge(Column column, Purpose? purpose)
    {
        Column[] fields = [.. Fields(column).OrderBy(field => field.Path, StringComparer.Ordinal)];
        var verdicts = new (ColumnShowing? Showing, Generalization? To, string Why)[fields.Length];
        ColumnShowing? strictest = null;
        for (var at = 0; at < fields.Length; at++)
        {
            verdicts[at] = JudgeField(column, fields[at], purpose);
            if (verdicts[at].Showing is { } showing && (strictest is null || showing < strictest))
            {
                strictest = showing;
            }
        }

        var show = strictest ?? ColumnShowing.Hidden;
        var first = Array.FindIndex(verdicts, verdict => (verdict.Showing ?? ColumnShowing.Hidden) == show);
        var generalized = Array.FindIndex(verdicts, verdict => verdict.Showing == show);
        ImmutableArray<string> revealable =
            show == ColumnShowing.Masked
                ?
                [
                    .. fields
                        .Where(
                            (field, at) =>
                                verdicts[at].Showing == ColumnShowing.Masked
                                && _revealableMethods.Contains(field.Masking!.Method)
                                && Within(field.PrivacyCategory ?? "", purpose!.Reveal)
                        )
                        .Select(field => field.Path),
                ]
                : [];
        return new ColumnDecision(
            column.Name,
            show,
            revealable,
            show == ColumnShowing.Generalized ? verdicts[generalized].To : null,
            first < 0 ? "" : verdicts[first].Why
        );
    }

    private static (ColumnShowing? Showing, Generalization? To, string Why) JudgeField(
        Column column,
        Column field,
        Purpose? purpose
    )
    {
        var method = field.Masking!.Method;
        var category = field.PrivacyCategory ?? "";
        if (method == "drop")
        {
            return (null, null, "It does not land in the warehouse.");
        }

        if (!IsPersonal(field))
        {
            return (ColumnShowing.Plain, null, "");
        }

        if (purpose is null || !Within(category, purpose.Categories))
        {
            return (ColumnShowing.Hidden, null, $"The purpose does not cover {category}.");
        }

        var limit = purpose.Limit(category);
        if (limit == "hidden")
        {
            return (ColumnShowing.Hidden, null, $"The purpose sees nothing of {category}.");
        }

        if (limit is not null && IsTemporal(field) && ReferenceEquals(column, field))
        {
            return (
                ColumnShowing.Generalized,
                limit switch
                {
                    "year" => Generalization.Year,
                    "month" => Generalization.Month,
                    _ => Generalization.Day,
                },
                $"The purpose sees the {limit} only."
            );
        }

        if (limit is not null && method is "plain" or "generalize" or "partial" or "dateshift")
        {
            return (
                ColumnShowing.Hidden,
                null,
                "The purpose sees it less exactly only, and a value of this kind cannot be made so."
            );
        }

        return method == "plain"
            ? (ColumnShowing.Plain, null, "")
            : (ColumnShowing.Masked, null, "It is masked where it stands.");
    }

    private static bool IsPersonal(Column field) => field.IsPersonal || !field.IsClassified;

    private static bool IsTemporal(Column field) =>
        field.LogicalType is "date" or "timestamp" && field.Masking!.Method is "plain" or "dateshift";

    private static IEnumerable<Column> Fields(Column column) =>
        column.Masking is not null || column.Children.IsEmpty ? [column] : column.Children.SelectMany(Fields);

    private static bool Within(string category, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (Under(category, prefix))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Under(string category, string prefix) =>
        category.StartsWith(prefix, StringComparison.Ordinal)
        && (category.Length == prefix.Length || category[prefix.Length] == '.');

    private static string[] Texts(JsonNode? node) =>
        node is null ? [] : [.. node.AsArray().Select(one => (string)one!)];

    private sealed record Held(long Until, HashSet<string> Columns);

    private sealed record Purpose(
        string LegalBasis,
        string[] Categories,
        string[] Reveal,
        (string Prefix, string Level)[] Detail,
        long? MaxDays,
        bool AskOwner,
        int SmallestGroup,
        bool BreakGlassOnly
    )
    {
        private static readonly string[] s_levels = ["hidden", "year", "month", "day"];

        public static Purpose Of(JsonNode node) =>
            new(
                (string?)node["legal_basis"] ?? "",
                Texts(node["categories"]),
                Texts(node["reveal"]),
                [.. (node["detail"]?.AsObject() ?? []).Select(detail => (detail.Key, (string)detail.Value!))],
                (long?)node["max_days"],
                (bool?)node["ask_owner"] ?? false,
                (int?)node["smallest_group"] ?? 0,
                (bool?)node["break_glass_only"] ?? false
            );

        public string? Limit(string category)
        {
            var strictest = s_levels.Length;
            foreach (var (prefix, level) in Detail)
            {
                if (Under(category, prefix))
                {
                    strictest = Math.Min(strictest, Array.IndexOf(s_levels, level));
                }
            }

            return strictest < s_levels.Length ? s_levels[strictest] : null;
        }
    }
}

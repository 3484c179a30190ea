using Governance.Policies.Decisions;
using Governance.Policies.Rego.Values;

namespace Governance.Tests.Decisions;

/// <summary>Questions at random, often near to sensible ones; the same for the same seed.</summary>
internal sealed class PolicyInputs(uint seed)
{
    private static readonly string[] Roles = ["dpo", "analyst", "owner", "pipeline", "auditor", "admin"];

    private static readonly string[] People =
    [
        "5a000000-0000-4000-8000-000000000001",
        "5a000000-0000-4000-8000-000000000002",
        "5a000000-0000-4000-8000-000000000003",
        "x",
        "",
    ];

    private static readonly string[] Purposes = [.. DemoCatalog.Purposes, "none", ""];

    private readonly string[] _routes =
    [
        .. Support.KnownEndpoints.Read().Keys.Select(key => key.Route).Distinct(StringComparer.Ordinal),
    ];

    private readonly Governance.Masking.Contracts.Dataset[] _datasets = [.. DemoCatalog.Datasets];
    private uint _state = (seed * 2654435761u) | 1;

    public RegoValue For(string package) =>
        package switch
        {
            "access" => DecisionInput.Of(Access(), DateTimeOffset.FromUnixTimeSeconds(1_800_000_000 + Below(1000))),
            "rows" => Rows(),
            "api" => DecisionInput.Of(Endpoint()),
            "requests" => DecisionInput.Of(Approval()),
            _ => throw new ArgumentOutOfRangeException(nameof(package)),
        };

    private AccessQuestion Access()
    {
        var dataset = Pick(_datasets);
        var columns = dataset.Columns.Select(column => column.Name).Where(_ => Below(3) == 0);
        return new AccessQuestion(
            Below(4) > 0 ? DemoCatalog.Analyst : Subject(),
            dataset,
            Pick(Purposes),
            [
                .. Below(2) == 0 ? []
                : Below(8) == 0 ? columns.Append("no_such")
                : columns,
            ],
            TimeSpan.FromSeconds(Pick([0L, 1, 3600, 86_400 * 30, 86_400 * 91, 86_400 * 400, 4_000_000_000]))
        )
        {
            IsBreakGlass = Below(5) == 0,
            Justification = string.Join(' ', Enumerable.Repeat("word", Below(8))),
            Renews =
                Below(4) == 0
                    ? new HeldGrant(
                        "g",
                        Pick(Purposes),
                        [.. dataset.Columns.Select(column => column.Name).Where(_ => Below(4) > 0)],
                        [],
                        Below(2) == 0,
                        Below(6)
                    )
                    : null,
        };
    }

    private ObjectValue Rows()
    {
        var dataset = Below(2) == 0 ? DemoCatalog.Dataset("addresses") : Pick(_datasets);
        dataset = Below(3) == 0 ? DemoCatalog.Dataset("marketing_consents") : dataset;
        var known = DecisionInput.Of(new RowQuestion(Subject(), dataset, Pick(Purposes), "data.rows.allow"));
        var builder = new ObjectBuilder();
        for (var i = 0; i < known.Count; i++)
        {
            builder.Set(known.Keys[i], known.Values[i]);
        }

        builder.Set(
            new StringValue(dataset.Name),
            RegoValue.FromJson(
                Pick([
                    """{"country":"WALES"}""",
                    """{"country":"SCOTLAND"}""",
                    """{"country":null}""",
                    "{}",
                    """{"consents":{"offers":true}}""",
                    """{"consents":{"offers":false}}""",
                    """{"consents":{"offers":"true"}}""",
                ])
            )
        );
        return builder.Build();
    }

    private EndpointQuestion Endpoint()
    {
        var route = Pick(_routes);
        var path = route
            .Replace("{id}", Pick(["7", "", "a/b"]), StringComparison.Ordinal)
            .Replace("{", "", StringComparison.Ordinal);
        return new EndpointQuestion(
            Subject(),
            Pick(["GET", "POST", "PUT", "DELETE", "PATCH"]),
            path,
            Pick([route, "", "/no/such"])
        );
    }

    private ApprovalQuestion Approval() =>
        new(
            Subject(),
            Pick(Enum.GetValues<ApprovalAct>()),
            new PendingRequest(
                Pick(People),
                "meters",
                Pick(["metering", "billing", "unknown"]),
                "marketing",
                [.. People.Where(_ => Below(4) == 0)],
                Below(3)
            )
        );

    private PolicySubject Subject() =>
        new(Pick(People), [.. Roles.Where(_ => Below(3) == 0)], [.. new[] { "g-1", "g-2" }.Where(_ => Below(3) == 0)]);

    private T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    // Xorshift: the same everywhere, and without the framework's own generator.
    private int Below(int limit)
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)(_state % (uint)limit);
    }
}

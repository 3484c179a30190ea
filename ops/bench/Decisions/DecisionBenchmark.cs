using Governance.Bench.Measuring;
using Governance.Policies.Decisions;
using Governance.Policies.Rego;
using Governance.Policies.Views;

namespace Governance.Bench.Decisions;

/// <summary>How fast decisions are beside the same rule in plain C#, and whether the floors that the project set itself are kept.</summary>
internal sealed class DecisionBenchmark
{
    private const int Questions = 4_096;

    // So many to a step: else the clock would be a part of the quicker ways.
    private const int Batch = 64;
    private const double MostTimes = 20;

    private readonly FixedTime _time = new(new DateTimeOffset(2027, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly DecisionWorld _world;
    private readonly EmbeddedDecisionPoint _embedded;
    private readonly PlainAccess _plain;
    private readonly PlainRows _plainRows;
    private int _asked;

    private DecisionBenchmark()
    {
        _world = DecisionWorld.Make(Path.Combine(AppContext.BaseDirectory, "policies"), Questions, _time.GetUtcNow());
        _embedded = new EmbeddedDecisionPoint(new FixedPolicies(_world.Policies), new EvaluationLimits(), _time);
        _plain = new PlainAccess(_world.Data, _world.Policies.Stamp);
        _plainRows = new PlainRows(_world.Data);
    }

    /// <summary>Measures, and writes the table.</summary>
    /// <returns>The exit status: 1 where a floor is missed.</returns>
    public static async Task<int> RunAsync(TextWriter output)
    {
        var bench = new DecisionBenchmark();
        if (bench.Differ() is { } difference)
        {
            output.WriteLine($"The two ways answer otherwise: {difference}");
            return 1;
        }

        var table = new Table("measure", "a second", "us each", "p99 us", "measured", "floor", "");
        // First, since it works on all processors.
        await IssuingBenchmark.RunAsync(table);
        table.Add("");
        var missed = bench.Measure(table, OneCore.Pin(), out var how);
        table.WriteTo(output);
        output.WriteLine();
        output.WriteLine(how);
        return missed == 0 ? 0 : 1;
    }

    private int Measure(Table table, string core, out string how)
    {
        Action<AccessQuestion> access = question => _ = Embedded(question);
        Action<AccessQuestion> row = question => _ = EmbeddedRows(RowsOf(question));
        var embedded = Each("access", access);
        var plain = Each("access in C#", question => _ = _plain.Decide(question, _time.GetUtcNow()));
        var rows = Each("rows", row);
        var plainRows = Each("rows in C#", question => _ = _plainRows.Of(RowsOf(question)));
        var rounds = Rounds.Of([embedded, plain, rows, plainRows]);
        var missed = 0;
        Add($"access, {DecisionWorld.Grants} grants, {DecisionWorld.Datasets} datasets", embedded, plain, access);
        Add("  the same rule in C#", plain, null, null);
        Add($"rows by partial evaluation, {DecisionWorld.Teams} teams, nothing kept", rows, plainRows, row);
        Add("  the same rule in C#", plainRows, null, null);
        how =
            $"Measured in one run. Decisions: {core}; {ThreadClock.Kind}; the middle of {Rounds.Count} rounds; both ways gave the same answers to all {Questions} questions. Grants: time that passed, once.";
        return missed;

        void Add(string what, Way way, Way? beside, Action<AccessQuestion>? single)
        {
            var times = beside is null ? 0 : rounds.Ratio(beside, way);
            missed += times > MostTimes ? 1 : 0;
            table.Add(
                what,
                Table.Number(1e9 / rounds.Cost(way), "N0"),
                Table.Number(rounds.Cost(way) / 1e3, "F1"),
                single is null ? "" : Table.Number(Slow(single), "F0"),
                beside is null ? "" : $"{Table.Number(times, "F1")} x C#",
                beside is null ? "" : $"<= {MostTimes} x",
                beside is null ? ""
                    : times <= MostTimes ? "kept"
                    : "MISSED"
            );
        }
    }

    private AccessDecision Embedded(AccessQuestion question) =>
        _embedded.DecideAccessAsync(question, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private RowCondition EmbeddedRows(RowQuestion question) =>
        _embedded.RowConditionAsync(question, CancellationToken.None).AsTask().GetAwaiter().GetResult().Condition;

    // With a group that nobody had before: no condition is kept for it.
    private RowQuestion RowsOf(AccessQuestion question)
    {
        var number = _asked++;
        var groups = DecisionWorld.Group(number % DecisionWorld.Teams);
        return new RowQuestion(
            question.Subject with
            {
                Groups = [groups, $"group-{number}"],
            },
            DecisionWorld.Addresses,
            question.Purpose,
            "data.rows.allow"
        );
    }

    private Way Each(string name, Action<AccessQuestion> ask)
    {
        var at = 0;
        return new Way(
            name,
            Batch,
            () =>
            {
                for (var count = 0; count < Batch; count++)
                {
                    ask(_world.Questions[at++ % Questions]);
                }
            },
            Questions / Batch
        );
    }

    // Microseconds that one of a hundred decisions takes longer than.
    private double Slow(Action<AccessQuestion> ask)
    {
        var costs = new double[Questions];
        for (var at = 0; at < costs.Length; at++)
        {
            var begin = ThreadClock.Nanoseconds();
            ask(_world.Questions[at]);
            costs[at] = (ThreadClock.Nanoseconds() - begin) / 1e3;
        }

        Array.Sort(costs);
        return costs[costs.Length * 99 / 100];
    }

    private string? Differ()
    {
        foreach (var question in _world.Questions)
        {
            var rows = RowsOf(question);
            if (!EmbeddedRows(rows).Equals(_plainRows.Of(rows)))
            {
                return $"rows, {question.Purpose}: {EmbeddedRows(rows)} {_plainRows.Of(rows)}";
            }

            var (one, other) = (Text(Embedded(question)), Text(_plain.Decide(question, _time.GetUtcNow())));
            if (one != other)
            {
                return $"{question.Dataset.Name}, {question.Purpose}:{Environment.NewLine}{one}{Environment.NewLine}{other}";
            }
        }

        return null;
    }

    private static string Text(AccessDecision decision) =>
        string.Join(
            '|',
            decision.Outcome,
            decision.Until,
            decision.MaxDuration,
            decision.RowRule,
            decision.SmallestGroup,
            decision.Approvals,
            decision.ApproverTeam,
            string.Join(',', decision.Obligations),
            string.Join(';', decision.Reasons.Select(reason => $"{reason.Code}: {reason.Text}")),
            string.Join(
                ';',
                decision.Columns.Select(column =>
                    $"{column.Name} {column.Showing} {column.Generalization} [{string.Join(',', column.Revealable)}] {column.Reason}"
                )
            )
        );

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

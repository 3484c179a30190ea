using System.Text;
using Governance.Bench.Measuring;
using Governance.Masking.Columns;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Bench.Masking;

/// <summary>How fast masking is beside other ways to do it, and whether the floors that the project set itself are kept.</summary>
internal sealed class MaskingBenchmark : IDisposable
{
    private const int Customers = 200_000;
    private const int SmallRecords = 1 << 16;
    private const int LargeRecords = 1 << 14;

    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly Identifiers _identifiers;

    private MaskingBenchmark() =>
        _identifiers = new Identifiers(
            _keys,
            new ForgetfulVault(),
            new IdentifiersOptions { CacheLife = TimeSpan.FromDays(1) },
            TimeProvider.System
        );

    /// <summary>Measures, and writes the table.</summary>
    /// <returns>The exit status: 1 where a floor is missed.</returns>
    public static int Run(TextWriter output)
    {
        using var bench = new MaskingBenchmark();
        bench.Warm();
        var core = OneCore.Pin();
        var missed = bench.Measure(new Report(output, core));
        return missed == 0 ? 0 : 1;
    }

    /// <summary>Goes one way again and again.</summary>
    public static int Profile(string name, TimeSpan time, TextWriter output, TextWriter errors)
    {
        using var bench = new MaskingBenchmark();
        var ways = bench.PlanWays(EnergyRecords.Make(large: false, SmallRecords, Customers)).Select(way => way.Plan);
        if (ways.FirstOrDefault(way => way.Name == name) is not { } found)
        {
            errors.WriteLine(
                $"There is no way {name}. Use one of: {string.Join(", ", Scenario.All.Select(s => s.Method))}"
            );
            return 2;
        }

        bench.Warm();
        _ = OneCore.Pin();
        var end = TimeProvider.System.GetUtcNow() + time;
        long steps = 0;
        var begin = ThreadClock.Nanoseconds();
        while (TimeProvider.System.GetUtcNow() < end)
        {
            found.Step();
            steps++;
        }

        var each = (ThreadClock.Nanoseconds() - begin) / ((double)steps * found.Units);
        output.WriteLine($"{name}: {Table.Number(each, "F0")} ns a record");
        return 0;
    }

    /// <inheritdoc />
    public void Dispose() => _keys.Dispose();

    private int Measure(Report report)
    {
        var small = Records("15 fields", large: false, SmallRecords);
        var large = Records("1 KB", large: true, LargeRecords);
        var values = new Values(
            ValueWays.Tokens(_keys),
            [ValueWays.Redaction(), ValueWays.BouncyHmac(), ValueWays.BouncySiv()]
        );
        var rounds = Rounds.Of([.. small.Ways, .. large.Ways, values.Ours, .. values.Others]);
        report.Add(small, rounds);
        report.Add(large, rounds);
        report.Add(values, rounds);
        return report.Write();
    }

    private RecordWays Records(string name, bool large, int count)
    {
        var records = EnergyRecords.Make(large, count, Customers);
        return new RecordWays(
            name,
            records.AverageLength,
            PlanWays(records),
            LibraryWays.AesGcm(records, Scenario.Token.Fields),
            CopyWay.Of(records)
        );
    }

    private PlanWays[] PlanWays(EnergyRecords records) =>
        [
            .. Scenario.All.Select(scenario => new PlanWays(
                scenario,
                PlanWay.Of(records, scenario, _keys, _identifiers),
                LibraryWays.Hmac(records, scenario.Fields)
            )),
        ];

    /// <summary>A million identifiers into the cache; not measured, so on all cores.</summary>
    private void Warm()
    {
        const int step = 2_000;
        _ = Parallel.For(
            0,
            Customers / step,
            part =>
            {
                var domains = Scenario.Surrogate.Fields.ToDictionary(
                    field => field,
                    field => new IdentifierColumn(field, new ValueColumn(), needsSubjectKeys: false),
                    StringComparer.Ordinal
                );
                foreach (var customer in Enumerable.Range(part * step, step).Select(Customer.Of))
                {
                    Add(domains["customer_id"], customer.Id);
                    Add(domains["account_number"], customer.Account);
                    Add(domains["email"], customer.Email);
                    Add(domains["phone"], customer.Phone);
                    Add(domains["mpan"], customer.MeterPoint);
                }

                foreach (var column in domains.Values)
                {
                    _identifiers.Index(column);
                }

                _identifiers
                    .ResolveAsync([.. domains.Values], CancellationToken.None)
                    .AsTask()
                    .GetAwaiter()
                    .GetResult();
            }
        );
    }

    private static void Add(IdentifierColumn column, string text) => column.Values.Add(Encoding.UTF8.GetBytes(text));
}

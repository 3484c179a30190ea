using System.Text;
using Governance.Bench.Measuring;
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
            new IdentifiersOptions { CacheCapacity = 4_000_000, CacheLife = TimeSpan.FromDays(1) },
            TimeProvider.System
        );

    /// <summary>Measures, and writes the table.</summary>
    /// <returns>The exit status: 1 where a floor is missed.</returns>
    public static int Run(TextWriter output)
    {
        var core = OneCore.Pin();
        using var bench = new MaskingBenchmark();
        bench.Warm();
        var missed = bench.Measure(new Report(output, core));
        return missed == 0 ? 0 : 1;
    }

    /// <summary>Goes one way again and again.</summary>
    public static int Profile(string name, TimeSpan time, TextWriter output, TextWriter errors)
    {
        _ = OneCore.Pin();
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

    /// <summary>A million identifiers into the cache.</summary>
    private void Warm()
    {
        const int step = 10_000;
        var into = new Dictionary<IdentifierKey, ResolvedIdentifier>();
        for (var first = 0; first < Customers; first += step)
        {
            var wanted = new Dictionary<IdentifierKey, ReadOnlyMemory<byte>>();
            foreach (var customer in Enumerable.Range(first, step).Select(Customer.Of))
            {
                Add(wanted, "customer_id", customer.Id);
                Add(wanted, "account_number", customer.Account);
                Add(wanted, "email", customer.Email);
                Add(wanted, "phone", customer.Phone);
                Add(wanted, "mpan", customer.MeterPoint);
            }

            into.Clear();
            _identifiers.ResolveAsync(wanted, into, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }

    private void Add(Dictionary<IdentifierKey, ReadOnlyMemory<byte>> wanted, string domain, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        if (!_identifiers.TryGetKey(domain, plain, out var key))
        {
            throw new InvalidOperationException($"An invented {domain} is no identifier.");
        }

        wanted[key] = plain;
    }
}

using CsCheck;
using Governance.Masking.Contracts;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>Small random worlds, erased by the real parts and by a naive model over plain values.</summary>
public sealed class ErasureModelTests
{
    private static readonly Gen<PlainRow> Row = Gen.Int[0, 4]
        .SelectMany(table =>
            Gen.Int[0, 3]
                .Array[4]
                .Select(numbers =>
                    table switch
                    {
                        0 => new PlainRow(
                            EnergyTables.Customers,
                            ("customer_id", $"C{numbers[0]}"),
                            // People may change their e-mail, but no two have the same, else most worlds would tie them together.
                            ("email", $"p{numbers[0]}.{numbers[1] % 2}@example.org"),
                            ("phone", $"+44 20 7946 000{numbers[2]}"),
                            ("address_id", $"ADR{numbers[3]}")
                        ),
                        // An account that two people hold ties them together: nobody may be erased then.
                        1 => new PlainRow(
                            EnergyTables.Accounts,
                            ("account_number", $"A{(numbers[1] == 3 ? numbers[2] : numbers[0])}"),
                            ("customer_id", $"C{numbers[0]}")
                        ),
                        2 => new PlainRow(EnergyTables.Payments, ("account_number", $"A{numbers[0]}"), ("pence", "1")),
                        3 => new PlainRow(
                            EnergyTables.Consents,
                            ("email", $"p{numbers[0]}.{numbers[1] % 2}@example.org"),
                            ("purpose", "x")
                        ),
                        _ => new PlainRow(
                            EnergyTables.Addresses,
                            ("address_id", $"ADR{numbers[0]}"),
                            ("postcode", "N1")
                        ),
                    }
                )
        );

    [Fact]
    public async Task Erase_OfAnybodyInAnyWorld_DoesWhatTheModelDoes() =>
        await Gen.Select(Row.Array[1, 25], Gen.Int[0, 3]).SampleAsync(CheckAsync, iter: 12, threads: 1);

    private static async Task CheckAsync((PlainRow[] Rows, int Person) sample)
    {
        var (rows, person) = sample;
        var claim = ("customer_id", $"C{person}");
        var known = Closure(rows, claim);
        await using var world = await ErasureWorld.CreateAsync();
        await world.LandAsync(rows);
        var request = await world.SubmitAsync(claim);
        var verified = await world.VerifyAsync(request.Id);
        if (known.Count(identifier => identifier.Domain == "customer_id") > 1)
        {
            verified.Failure!.Code.Should().Be("several_people");
            (await world.AllRowsAsync()).Values.Sum().Should().Be(rows.Length);
            return;
        }

        verified.Failure.Should().BeNull();
        await world.ApproveAsync(request.Id);
        await world.RunAsync(request.Id);

        var left = rows.Where(row => row.Dataset.Name == "payments" || !Owns(row, known)).ToArray();
        var counted = await world.AllRowsAsync();
        foreach (var table in rows.Select(row => row.Dataset.Name).Distinct())
        {
            counted[table].Should().Be(left.Count(row => row.Dataset.Name == table), table);
        }

        foreach (var (domain, value) in rows.SelectMany(row => row.Identifiers()).Distinct())
        {
            var owned = known.Contains((domain, value));
            var held = left.Any(row => row.Identifiers().Contains((domain, value)));
            (await world.IsInVaultAsync(domain, value)).Should().Be(!owned && held, domain);
            world.Suppressions.Contains(world.Key(domain, value)).Should().Be(owned, domain);
        }
    }

    // One step at a time, row by row, until nothing is new.
    private static HashSet<(string Domain, string Value)> Closure(PlainRow[] rows, (string, string) claim)
    {
        var known = new HashSet<(string, string)> { claim };
        while (rows.FirstOrDefault(row => Owns(row, known) && !known.IsSupersetOf(Owned(row))) is { } row)
        {
            known.UnionWith(Owned(row));
        }

        return known;
    }

    private static bool Owns(PlainRow row, HashSet<(string, string)> known) => known.Overlaps(Owned(row));

    private static IEnumerable<(string Domain, string Value)> Owned(PlainRow row) =>
        row.Identifiers()
            .Where(one =>
                row.Dataset.Columns.Any(column => column.Identifier == one.Domain && column.Link == Link.Owns)
            );
}

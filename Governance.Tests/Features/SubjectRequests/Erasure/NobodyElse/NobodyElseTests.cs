using System.Text.Json.Nodes;
using Governance.Masking.Contracts;
using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests.Erasure.NobodyElse;

/// <summary>
/// For every single person of a town: an erasure removes all of theirs and changes nobody else's row, compared row by row with what the
/// town itself knows.
/// </summary>
public sealed class NobodyElseTests(SharedStandIn standIn) : IClassFixture<SharedStandIn>
{
    private const ulong Seed = 20261128;

    [Fact]
    public async Task Erase_EachPersonOfATownAlone_RemovesAllOfTheirsAndNobodyElses()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EraseAllAsync(world, new Town(people: 24, Seed), atOnce: _ => 1);
    }

    [Fact]
    public async Task Erase_ManyOfATownInBatches_RemovesAllOfTheirsAndNobodyElses()
    {
        await using var world = await ErasureWorld.CreateAsync();
        await EraseAllAsync(world, new Town(people: 30, Seed + 1), dice => dice.Next(2, 9));
    }

    [Fact]
    public async Task Erase_ATownOnBigQuery_RemovesAllOfTheirsAndNobodyElses()
    {
        await using var world = await ErasureWorld.CreateAsync(StateKind.Sqlite, await standIn.NewAsync());
        await EraseAllAsync(world, new Town(people: 6, Seed + 2), dice => dice.Next(1, 5));
    }

    private static async Task EraseAllAsync(ErasureWorld world, Town town, Func<Dice, int> atOnce)
    {
        world.Current = TownTables.Catalog;
        await world.LandAsync([.. town.Rows.Select(row => row.Plain)]);
        var dice = new Dice(Seed);
        var waiting = town.People.Select(person => person.Number).ToArray();
        dice.Shuffle(waiting);
        var erased = new HashSet<int>();
        var before = await RowsAsync(world);
        before.Should().HaveCount(town.Rows.Count);
        for (var at = 0; at < waiting.Length; )
        {
            int[] now = [.. waiting.Skip(at).Take(atOnce(dice))];
            at += now.Length;
            foreach (var person in now)
            {
                await ApproveAsync(world, town, person);
            }

            await world.WorkAsync();
            erased.UnionWith(now);
            before = await CompareAsync(world, town, erased, now, before);
        }
    }

    private static async Task ApproveAsync(ErasureWorld world, Town town, int person)
    {
        var request = await world.SubmitAsync(town.ClaimsOf(person));
        var verified = await world.VerifyAsync(request.Id);
        if (town.People[person].Identities > 1)
        {
            // Registered twice: somebody must say that it is one person, and how many registrations they have found.
            verified.Failure!.Code.Should().Be("several_people");
            (await world.GetAsync(request.Id)).Waiting!.People.Should().Be(town.People[person].Identities);
            verified = await world.VerifyAsync(request.Id, town.People[person].Identities);
        }

        verified.Failure.Should().BeNull();
        (await world.ApproveAsync(request.Id)).Failure.Should().BeNull();
    }

    private static async Task<Dictionary<string, JsonObject>> CompareAsync(
        ErasureWorld world,
        Town town,
        HashSet<int> erased,
        int[] now,
        Dictionary<string, JsonObject> before
    )
    {
        var after = await RowsAsync(world);
        foreach (var row in town.Rows)
        {
            var isErased = row.Owner is { } owner && erased.Contains(owner);
            switch (row.Plain.Dataset.OnErasure.Action)
            {
                case ErasureAction.Delete when isErased:
                    after.Should().NotContainKey(row.Tag, "it is {0}'s, of {1}", row.Owner, row.Plain.Dataset.Name);
                    break;
                case ErasureAction.Clear when isErased:
                    after[row.Tag]["customer_id"].Should().BeNull();
                    after[row.Tag]["words"].Should().BeNull();
                    break;
                default:
                    after.Should().ContainKey(row.Tag, "it is {0}'s, and {1} went", row.Owner, string.Join(',', now));
                    JsonNode.DeepEquals(after[row.Tag], before[row.Tag]).Should().BeTrue(row.Tag);
                    break;
            }
        }

        await CompareVaultAsync(world, town, erased, after);
        return after;
    }

    // What was a person's alone means nothing any more; what others still have in a row keeps its meaning.
    private static async Task CompareVaultAsync(
        ErasureWorld world,
        Town town,
        HashSet<int> erased,
        Dictionary<string, JsonObject> after
    )
    {
        var held = town
            .Rows.Where(row => after.ContainsKey(row.Tag) && !(row.Owner is { } owner && erased.Contains(owner)))
            .SelectMany(row => row.Plain.Identifiers())
            .ToHashSet();
        foreach (var person in town.People)
        {
            foreach (var (domain, value) in person.Own)
            {
                (await world.IsInVaultAsync(domain, value)).Should().Be(!erased.Contains(person.Number), value);
            }

            (await world.IsInVaultAsync("phone", person.Phone)).Should().Be(held.Contains(("phone", person.Phone)));
            (await world.IsInVaultAsync("card", person.Card)).Should().Be(held.Contains(("card", person.Card)));
        }
    }

    private static async Task<Dictionary<string, JsonObject>> RowsAsync(ErasureWorld world)
    {
        var rows = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var dataset in TownTables.All)
        {
            foreach (var text in await world.Warehouse.ReadNewestAsync(dataset, 10_000, default))
            {
                var row = JsonNode.Parse(text)!.AsObject();
                rows.Add(row[TownTables.Tag]!.GetValue<string>(), row);
            }
        }

        return rows;
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Governance.Api.Features.SubjectRequests.EncryptTo;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests.Erasure.NobodyElse;

/// <summary>For every single person of a town: their archive holds every row of theirs, and nothing of another, as the town itself knows it.</summary>
public sealed class NobodyElseExportTests
{
    private const string Passphrase = "a passphrase of the person";

    [Fact]
    public async Task Access_OfEachPersonOfATown_HoldsAllOfTheirsAndNothingOfAnother()
    {
        await using var world = await ErasureWorld.CreateAsync();
        var town = new Town(people: 5, seed: 3);
        world.Current = TownTables.Catalog;
        await world.LandAsync([.. town.Rows.Select(row => row.Plain)]);
        foreach (var person in town.People)
        {
            var files = await ExportAsync(world, person);

            var tags = files
                .Where(file =>
                    file.Key.StartsWith("data/", StringComparison.Ordinal)
                    && file.Key.EndsWith(".json", StringComparison.Ordinal)
                )
                .SelectMany(file => JsonNode.Parse(file.Value)!.AsArray())
                .Select(row => row![TownTables.Tag]!.GetValue<string>());
            tags.Should()
                .BeEquivalentTo(
                    town.Rows.Where(row => row.Owner == person.Number).Select(row => row.Tag),
                    "these are the rows of {0}",
                    person.Number
                );
            var everything = string.Join('\n', files.Values);
            foreach (var (_, value) in town.People.Where(other => other != person).SelectMany(other => other.Own))
            {
                everything.Should().NotMatchRegex($"(?<![0-9A-Za-z@.-]){Regex.Escape(value)}(?![0-9A-Za-z@.-])");
            }
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> ExportAsync(ErasureWorld world, Townsman person)
    {
        var (domain, value) = person.Own[^1];
        var request = await world.SubmitAsync(
            new SubmitBody
            {
                Type = "access",
                Subject = "customer",
                Claims = [new ClaimBody { Domain = domain, Value = value }],
                EncryptTo = new EncryptToBody { Passphrase = Passphrase },
            }
        );
        (await world.VerifyAsync(request.Id, person.Identities)).Failure.Should().BeNull();
        (await world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        await world.Get<FulfilWorker>().RunDueAsync(default);
        (await world.GetAsync(request.Id)).State.Should().Be("completed");
        return await AgeTool.UnpackAsync(await world.ExportAsync(request.Id), Passphrase);
    }
}

using Governance.Api.Features.Contracts;
using Governance.Masking.Contracts;
using Governance.Tests.Contracts;
using Governance.Tests.Support;

namespace Governance.Tests.Features.Contracts;

public sealed class FormatKeyColumnsTests
{
    [Theory]
    [ClassData(typeof(BothKinds))]
    public async Task CountAsync_NewestVersions_CountsTheNamedKeyOrTheOldestInUse(StateKind kind)
    {
        await using var state = await StateFixture.CreateAsync(kind);
        var columns = new FormatKeyColumns(state.Store, new ContractReader());
        (await CountAsync(columns)).Should().BeEmpty();

        await PublishAsync(state, 1, "people", Fpe(""));
        (await CountAsync(columns)).Should().Equal(new Dictionary<uint, long> { [30] = 1 });

        await PublishAsync(state, 2, "people", Fpe("              key: 20\n"));
        (await CountAsync(columns)).Should().Equal(new Dictionary<uint, long> { [20] = 1 });

        await PublishAsync(state, 3, "people", Sample.Yaml);
        (await CountAsync(columns)).Should().BeEmpty("the column is masked otherwise now");
    }

    private static async Task<IReadOnlyDictionary<uint, long>> CountAsync(FormatKeyColumns columns) =>
        await columns.CountAsync([30, 20, 10], default);

    private static string Fpe(string key)
    {
        const string line = "              ";
        return Sample.With($"{line}method: seal\n", $"{line}method: fpe\n{line}alphabet: letters\n{key}");
    }

    private static async Task PublishAsync(StateFixture state, long number, string id, string yaml)
    {
        new ContractReader().Read(yaml, id).Faults.Should().BeEmpty();
        await state.Store.WriteAsync(
            db =>
            {
                db.Add(
                    new PublishedContract
                    {
                        Publication = number,
                        ContractId = id,
                        Version = $"1.{number}.0",
                        Yaml = yaml,
                        Hash = $"{number}",
                        PublishedAt = DateTimeOffset.UnixEpoch,
                        PublishedBy = "test",
                    }
                );
                return Task.CompletedTask;
            },
            default
        );
    }
}

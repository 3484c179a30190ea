using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd;

/// <summary>The whole service is started over a backup of warehouse and vault that was taken before an erasure.</summary>
public sealed class RestoredBackupTests
{
    [Fact]
    public async Task Service_StartedOverAnOldBackup_HasErasedAgainWhenItFirstAnswers()
    {
        using var data = new TemporaryFolder();
        using var backup = new TemporaryFolder();
        string email;
        await using (var host = await SandboxHost.StartAsync(dataDirectory: data.Path))
        {
            using var client = new ServiceClient(host.Address);
            using var story = await Story.WriteAsync(host, customers: 20);
            email = story.Person.Email;
            await Wait.UntilAsync(
                async () => await client.StreamTotalAsync("consumed") >= story.Records,
                "all has landed"
            );
        }

        Copy(data.Path, backup.Path);
        SortedDictionary<string, long> before;
        SortedDictionary<string, long> after;
        await using (var host = await SandboxHost.StartAsync(dataDirectory: data.Path))
        {
            using var client = new ServiceClient(host.Address);
            before = await client.RowsAsync();
            await client.EndedAsync((await client.EraseAsync("email", email)).Id());
            after = await client.RowsAsync();
            after["customers"].Should().BeLessThan(before["customers"]);
        }

        Copy(backup.Path, data.Path);
        await using (var host = await SandboxHost.StartAsync(dataDirectory: data.Path))
        {
            using var client = new ServiceClient(host.Address);

            (await client.RowsAsync()).Should().Equal(after);

            (await client.GetAsync("auditor", "ledger?limit=50"))
                .GetProperty("entries")
                .EnumerateArray()
                .Select(entry => entry.GetProperty("action").GetString())
                .Should()
                .Contain("erasures.reapplied");
            var again = await client.EndedAsync((await client.EraseAsync("email", email)).Id());
            again
                .GetProperty("items")
                .EnumerateArray()
                .Select(item => item.GetProperty("verdict").GetString())
                .Should()
                .NotContain("erased_verified", "the vault has forgotten the address, too: {0}", again);
        }
    }

    // Warehouse and vault alone: state and keys are backed up by themselves.
    private static void Copy(string from, string to)
    {
        foreach (var store in new[] { "warehouse.duckdb*", "vault.db*" })
        {
            foreach (var file in Directory.EnumerateFiles(to, store))
            {
                File.Delete(file);
            }

            var files = Directory.EnumerateFiles(from, store).ToArray();
            files.Should().NotBeEmpty();
            foreach (var file in files)
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            }
        }
    }
}

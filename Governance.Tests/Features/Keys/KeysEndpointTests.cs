using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Keys;

public sealed class KeysEndpointTests : IAsyncLifetime
{
    private SandboxHost _host = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        // What is done here reaches the service at once, without its timer.
        _host = await SandboxHost.StartAsync(["--Governance:Keys:ReloadInterval=00:10:00"]);
        _admin = await _host.ClientFor("admin");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Rotation_AddPromoteRetire_IsInForceAtOnceAndInTheLedger()
    {
        var old = await PrimaryAsync();
        using var created = await _admin.PostAsync(new Uri("keys", UriKind.Relative), null);
        created.StatusCode.Should().Be(HttpStatusCode.Created);
        var added = await created.Content.ReadFromJsonAsync<JsonElement>();
        added.GetProperty("state").GetString().Should().Be("reads");
        var id = added.GetProperty("id").GetUInt32();
        (await PrimaryAsync()).Should().Be(old, "an added key does not write");

        (await OkAsync($"keys/{id}/promote")).GetProperty("state").GetString().Should().Be("primary");
        _host.Services.GetRequiredService<TenantKeys>().PrimaryKeyId.Should().Be(id);
        (await PrimaryAsync()).Should().Be(id);
        (await _host.Client.GetStringAsync(new Uri("health/ready", UriKind.Relative)))
            .Should()
            .Contain($"primary key {id}");

        (await OkAsync($"keys/{old}/retire")).GetProperty("state").GetString().Should().Be("retired");
        (await OkAsync($"keys/{old}/restore")).GetProperty("state").GetString().Should().Be("reads");

        using var auditor = await _host.ClientFor("auditor");
        var ledger = await auditor.GetFromJsonAsync<JsonElement>("ledger?limit=100");
        var acts = ledger
            .GetProperty("entries")
            .EnumerateArray()
            .Where(entry => entry.GetProperty("action").GetString()!.StartsWith("key.", StringComparison.Ordinal))
            .Select(entry => (entry.GetProperty("action").GetString(), entry.GetProperty("target").GetString()));
        acts.Should()
            .Equal(
                ("key.added", $"key/{id}"),
                ("key.promoted", $"key/{id}"),
                ("key.retired", $"key/{old}"),
                ("key.restored", $"key/{old}")
            );
    }

    [Fact]
    public async Task Retire_VaultRowsNeedTheKey_IsRefusedAndSaysHowMany()
    {
        var old = await PrimaryAsync();
        await ResolveAsync("a@example.org", "b@example.org");
        using var created = await _admin.PostAsync(new Uri("keys", UriKind.Relative), null);
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetUInt32();
        await OkAsync($"keys/{id}/promote");

        using var refused = await _admin.PostAsync(new Uri($"keys/{old}/retire", UriKind.Relative), null);

        var problem = await refused.ShouldBeProblemAsync(HttpStatusCode.Conflict, "key_still_needed");
        problem.GetProperty("detail").GetString().Should().Contain("2 vault rows");
        problem.GetProperty("next").GetString().Should().Contain("keys rewrap");
        var list = await _admin.GetFromJsonAsync<JsonElement>("keys");
        list.GetProperty("keys")[0]
            .GetProperty("uses")
            .EnumerateArray()
            .Single(use => use.GetProperty("what").GetString() == "vault rows")
            .GetProperty("count")
            .GetInt64()
            .Should()
            .Be(2);

        using var forced = await _admin.PostAsJsonAsync($"keys/{old}/retire", new { force = true });
        forced.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Acts_OnTheWrongKey_AreProblems()
    {
        var primary = await PrimaryAsync();
        using var unknown = await _admin.PostAsync(new Uri("keys/1/promote", UriKind.Relative), null);
        await unknown.ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_key");
        using var retired = await _admin.PostAsync(new Uri($"keys/{primary}/retire", UriKind.Relative), null);
        await retired.ShouldBeProblemAsync(HttpStatusCode.Conflict, "key_is_primary");
    }

    [Fact]
    public async Task Keys_OtherRoles_MayNot()
    {
        foreach (var person in new[] { "dpo", "pipeline", "owner", "auditor", "analyst" })
        {
            using var client = await _host.ClientFor(person);
            using var list = await client.GetAsync(new Uri("keys", UriKind.Relative));
            using var add = await client.PostAsync(new Uri("keys", UriKind.Relative), null);
            list.StatusCode.Should().Be(HttpStatusCode.Forbidden, person);
            add.StatusCode.Should().Be(HttpStatusCode.Forbidden, person);
        }
    }

    private async Task<uint> PrimaryAsync() =>
        (await _admin.GetFromJsonAsync<JsonElement>("keys")).GetProperty("primaryKeyId").GetUInt32();

    private async Task<JsonElement> OkAsync(string address)
    {
        using var answer = await _admin.PostAsync(new Uri(address, UriKind.Relative), null);
        answer.StatusCode.Should().Be(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task ResolveAsync(params string[] emails)
    {
        var identifiers = _host.Services.GetRequiredService<Identifiers>();
        var wanted = emails.ToDictionary(
            email =>
                identifiers.TryGetKey("email", System.Text.Encoding.UTF8.GetBytes(email), out var key)
                    ? key
                    : throw new ArgumentException("No address.", nameof(emails)),
            email => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(email)
        );
        await identifiers.ResolveAsync(wanted, new Dictionary<IdentifierKey, ResolvedIdentifier>(), default);
    }
}

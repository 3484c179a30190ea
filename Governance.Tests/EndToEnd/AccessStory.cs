using System.Net.Http.Json;
using System.Text.Json;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd;

/// <summary>An analyst asks for addresses, gets those of their regions, and gives them back.</summary>
internal static class AccessStory
{
    /// <summary>Asks, until the warehouse is seen to hold it.</summary>
    /// <returns>The grant.</returns>
    public static async Task<JsonElement> AskAsync(ServiceClient client)
    {
        var answer = await client.PostAsync(
            "analyst",
            "access-requests",
            new
            {
                dataset = "addresses",
                purpose = "billing",
                duration = "PT1H",
                columns = new[] { "country", "city" },
            }
        );
        var id = answer.GetProperty("grantId").GetString();
        JsonElement grant = default;
        await Wait.UntilAsync(
            async () =>
                (grant = await client.GetAsync("analyst", $"grants/{id}")).GetProperty("state").GetString()
                    is "verified",
            () => $"the grant is verified: {grant}"
        );
        grant.GetProperty("rows").GetProperty("words").GetString().Should().Be("country is 'ENGLAND' or 'WALES'");
        return grant;
    }

    /// <summary>Gives it back, until nothing of it is seen in the warehouse.</summary>
    public static async Task GiveBackAsync(ServiceClient client, JsonElement grant)
    {
        var path = $"grants/{grant.GetProperty("id").GetString()}";
        using var response = await client.SendAsync("analyst", HttpMethod.Delete, path);
        response.IsSuccessStatusCode.Should().BeTrue(await response.Content.ReadAsStringAsync());
        await Wait.UntilAsync(
            async () => (await client.GetAsync("analyst", path)).GetProperty("state").GetString() is "revoked",
            "the grant is revoked"
        );
    }

    /// <summary>Queries as the analyst.</summary>
    public static async Task<JsonElement> QueryAsync(ServiceClient client, string sql)
    {
        using var response = await client.SendAsync(
            "analyst",
            HttpMethod.Post,
            "query",
            JsonContent.Create(new { sql })
        );
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue(text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}

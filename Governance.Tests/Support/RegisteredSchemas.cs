using System.Net.Http.Json;
using System.Text.Json;
using Governance.Tests.Sandbox.Registry;

namespace Governance.Tests.Support;

/// <summary>Schemas of a registry that stands alone.</summary>
internal static class RegisteredSchemas
{
    /// <summary>Registers the schema of a topic's values.</summary>
    /// <returns>Its id.</returns>
    public static async Task<int> RegisterAsync(this RegistryHost registry, string topic, string schema)
    {
        using var answer = await registry.Client.PostAsJsonAsync($"subjects/{topic}-value/versions", new { schema });
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.Should().BeTrue(text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("id").GetInt32();
    }
}

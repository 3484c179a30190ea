using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Governance.Tests.Support;

/// <summary>Calls the API of a service, wherever it runs, as the sample people.</summary>
/// <param name="address">Where.</param>
/// <param name="patience">How long an answer may take; 30 seconds where nothing is said.</param>
internal sealed class ServiceClient(Uri address, TimeSpan? patience = null) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = patience ?? TimeSpan.FromSeconds(30) };
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    /// <summary>Calls and expects a good answer.</summary>
    /// <returns>Its JSON.</returns>
    public async Task<JsonElement> GetAsync(string person, string path)
    {
        using var response = await SendAsync(person, HttpMethod.Get, path);
        return await GoodAsync(response, path);
    }

    /// <summary>Calls and expects a good answer.</summary>
    /// <returns>Its JSON.</returns>
    public async Task<JsonElement> PostAsync(string person, string path, object body)
    {
        using var response = await SendAsync(person, HttpMethod.Post, path, JsonContent.Create(body));
        return await GoodAsync(response, path);
    }

    /// <summary>Calls and expects a good answer.</summary>
    /// <returns>Its text.</returns>
    public async Task<string> TextAsync(string person, string path)
    {
        using var response = await SendAsync(person, HttpMethod.Get, path);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue("GET {0} answered {1}: {2}", path, response.StatusCode, text);
        return text;
    }

    /// <summary>Calls, as a sample person.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string person,
        HttpMethod method,
        string path,
        HttpContent? content = null
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(person));
        return await _http.SendAsync(request);
    }

    /// <summary>Puts a document, as a sample person.</summary>
    public Task<HttpResponseMessage> PutYamlAsync(string person, string path, string yaml) =>
        SendAsync(person, HttpMethod.Put, path, new StringContent(yaml, Encoding.UTF8, "application/yaml"));

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> GoodAsync(HttpResponseMessage response, string path)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue("{0} answered {1}: {2}", path, response.StatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<string> TokenAsync(string person)
    {
        if (_tokens.TryGetValue(person, out var known))
        {
            return known;
        }

        using var response = await _http.PostAsJsonAsync("sandbox/token", new { person });
        var answer = await GoodAsync(response, "sandbox/token");
        return _tokens[person] = answer.GetProperty("access_token").GetString()!;
    }
}

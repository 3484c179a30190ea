using System.Net;
using System.Text.Json;

namespace Governance.Tests.Support;

/// <summary>What every error of the API must be.</summary>
internal static class ProblemAnswers
{
    /// <summary>Checks that an answer is a problem with a code and a next step that repeats nothing that was sent.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="status">Its status.</param>
    /// <param name="code">Its code.</param>
    /// <param name="submitted">Values that were sent, and must not come back.</param>
    public static async Task<JsonElement> ShouldBeProblemAsync(
        this HttpResponseMessage response,
        HttpStatusCode status,
        string code,
        params string[] submitted
    )
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.Should().Be(status, text);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        problem.GetProperty("code").GetString().Should().Be(code, text);
        problem.GetProperty("next").GetString().Should().NotBeNullOrEmpty(text);
        foreach (var value in submitted)
        {
            text.Should().NotContain(value);
        }

        return problem;
    }

    /// <summary>The codes of a problem's faults.</summary>
    public static IReadOnlyList<string> FaultCodes(this JsonElement problem) =>
        [.. problem.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("code").GetString()!)];
}

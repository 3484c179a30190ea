using System.Text.Json;

namespace Governance.Tests.Support;

/// <summary>Subject requests as a data protection officer works on them.</summary>
internal static class SubjectRequests
{
    private static readonly string[] Ends = ["completed", "completed_with_retention", "partially_failed"];

    /// <summary>Submits an erasure.</summary>
    /// <returns>The request's id.</returns>
    public static async Task<string> SubmitErasureAsync(this ServiceClient client, string domain, string value)
    {
        var body = new
        {
            type = "erasure",
            subject = "customer",
            claims = new[] { new { domain, value } },
        };
        var answer = await client.PostAsync("dpo", "subject-requests", body);
        return answer.Id();
    }

    /// <summary>A request's id.</summary>
    public static string Id(this JsonElement request) => request.GetProperty("id").GetString()!;

    /// <summary>Verifies the person and approves the plan.</summary>
    public static async Task ApproveAsync(this ServiceClient client, string id)
    {
        var verified = await client.PostAsync("dpo", $"subject-requests/{id}/verify", new { reason = "called back" });
        verified.GetProperty("state").GetString().Should().Be("awaiting_approval", verified.GetRawText());
        await client.PostAsync("dpo", $"subject-requests/{id}/approve", new { reason = "GDPR Art. 17(1)(b)" });
    }

    /// <summary>Waits until a request has ended.</summary>
    /// <returns>The request.</returns>
    public static async Task<JsonElement> EndedAsync(this ServiceClient client, string id, int seconds = 60)
    {
        JsonElement request = default;
        await Wait.UntilAsync(
            async () =>
            {
                request = await client.GetAsync("dpo", $"subject-requests/{id}");
                return Ends.Contains(request.GetProperty("state").GetString(), StringComparer.Ordinal);
            },
            () => $"request ended: {request}",
            seconds
        );
        return request;
    }

    /// <summary>Erases whoever has an identifier.</summary>
    /// <returns>The ended request.</returns>
    public static async Task<JsonElement> EraseAsync(this ServiceClient client, string domain, string value)
    {
        var id = await client.SubmitErasureAsync(domain, value);
        await client.ApproveAsync(id);
        return await client.EndedAsync(id);
    }
}

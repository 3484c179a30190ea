using System.Text.Json;

namespace Governance.Tests.Support;

/// <summary>What became of events, as the API tells it.</summary>
internal static class Streams
{
    /// <summary>A topic's events in quarantine, by code.</summary>
    public static async Task<(string Code, long Events)[]> QuarantinedAsync(this ServiceClient client, string topic) =>
        [
            .. (await client.QuarantineAsync())
                .Where(count => count.Topic == topic)
                .Select(count => (count.Code, count.Events)),
        ];

    /// <summary>All events in quarantine, by topic and code.</summary>
    public static async Task<(string Topic, string Code, long Events)[]> QuarantineAsync(this ServiceClient client)
    {
        var answer = await client.GetAsync("pipeline", "quarantine");
        return
        [
            .. answer
                .GetProperty("counts")
                .EnumerateArray()
                .Select(count =>
                    (
                        count.GetProperty("topic").GetString()!,
                        count.GetProperty("code").GetString()!,
                        count.GetProperty("events").GetInt64()
                    )
                )
                .Order(),
        ];
    }

    /// <summary>One number of all topics together, such as <c>consumed</c>.</summary>
    public static async Task<long> StreamTotalAsync(this ServiceClient client, string number)
    {
        var answer = await client.GetAsync("pipeline", "streams");
        return answer.GetProperty("streams").EnumerateArray().Sum(stream => stream.GetProperty(number).GetInt64());
    }

    /// <summary>Rows by dataset.</summary>
    public static async Task<SortedDictionary<string, long>> RowsAsync(this ServiceClient client)
    {
        var answer = await client.GetAsync("auditor", "datasets");
        return new(
            answer
                .EnumerateArray()
                .ToDictionary(
                    dataset => dataset.GetProperty("name").GetString()!,
                    dataset => dataset.GetProperty("rows").GetInt64(),
                    StringComparer.Ordinal
                ),
            StringComparer.Ordinal
        );
    }
}

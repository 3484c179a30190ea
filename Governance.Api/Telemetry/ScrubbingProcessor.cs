using System.Diagnostics;
using OpenTelemetry;

namespace Governance.Api.Telemetry;

/// <summary>
/// Takes from a span that has ended whatever may hold a value: all tags but the known ones, the words of its status, the state that a
/// caller sent along, and a name that is no template. A span with events or links is not passed on at all: an exception's message is such an event.
/// </summary>
internal sealed class ScrubbingProcessor : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (var tag in data.TagObjects.ToArray())
        {
            if (!KnownTags.IsOfSpans(tag.Key))
            {
                data.SetTag(tag.Key, null);
            }
        }

        if (data.StatusDescription is not null)
        {
            data.SetStatus(data.Status);
        }

        data.TraceStateString = null;
        if (data.Kind == ActivityKind.Server)
        {
            data.DisplayName = $"{data.GetTagItem("http.request.method")} {data.GetTagItem("http.route")}".TrimEnd();
        }

        if (data.Events.Any() || data.Links.Any())
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}

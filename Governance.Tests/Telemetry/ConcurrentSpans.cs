using System.Collections;
using System.Diagnostics;
using System.Text;
using Governance.Tests.Support;

namespace Governance.Tests.Telemetry;

/// <summary>Spans as an exporter is given them, while others are added.</summary>
internal sealed class ConcurrentSpans : ICollection<Activity>
{
    private readonly List<Activity> _spans = [];

    /// <summary>Those so far.</summary>
    public IReadOnlyList<Activity> All
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>All that they hold, as text.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (var span in All)
            {
                text.Append(span.DisplayName)
                    .Append(' ')
                    .Append(span.OperationName)
                    .Append(' ')
                    .Append(span.Source.Name)
                    .Append(' ')
                    .Append(span.TraceStateString)
                    .Append(' ')
                    .Append(span.StatusDescription)
                    .AppendJoin(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))
                    .AppendJoin(' ', span.Baggage.Select(item => $"{item.Key}={item.Value}"))
                    .AppendJoin(' ', span.Events.Select(item => $"{item.Name} {string.Join(' ', item.Tags)}"))
                    .AppendLine();
            }

            return text.ToString();
        }
    }

    public int Count => All.Count;

    public bool IsReadOnly => false;

    /// <summary>Waits for a span.</summary>
    public Task UntilAsync(Func<Activity, bool> which) =>
        Wait.UntilAsync(() => Task.FromResult(All.Any(which)), () => $"the span is there: {Text}");

    public void Add(Activity item)
    {
        lock (_spans)
        {
            _spans.Add(item);
        }
    }

    public void Clear() => throw new NotSupportedException();

    public bool Contains(Activity item) => All.Contains(item);

    public void CopyTo(Activity[] array, int arrayIndex) => throw new NotSupportedException();

    public bool Remove(Activity item) => throw new NotSupportedException();

    public IEnumerator<Activity> GetEnumerator() => All.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using System.Diagnostics;

namespace Governance.Api.Telemetry;

/// <summary>
/// Of what a caller sends along with a request, takes the trace's id (<c>traceparent</c>, W3C Trace Context) and nothing else:
/// <c>tracestate</c> and <c>baggage</c> are free text.
/// </summary>
internal sealed class TraceIdPropagator : DistributedContextPropagator
{
    private static readonly DistributedContextPropagator s_standard = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields { get; } = ["traceparent"];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        // A server sends nothing on.
    }

    public override void ExtractTraceIdAndState(
        object? carrier,
        PropagatorGetterCallback? getter,
        out string? traceId,
        out string? traceState
    )
    {
        s_standard.ExtractTraceIdAndState(carrier, getter, out traceId, out _);
        traceState = null;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(
        object? carrier,
        PropagatorGetterCallback? getter
    ) => null;
}

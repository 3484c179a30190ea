using Governance.Masking.Avro;
using Governance.Masking.Columns;

namespace Governance.Masking.Kafka;

/// <summary>Why an event goes to quarantine, said once: the same event gets the same code on every way out.</summary>
internal static class EventChecks
{
    private static readonly RecordFault s_tooLarge = new(EventFaults.TooLarge, "larger than the interceptor takes");

    private static readonly RecordFault s_notWireFormat = new(
        EventFaults.NotWireFormat,
        "no zero byte and schema id in front"
    );

    /// <summary>Looks at a value before anything of it is read. One that is empty, a tombstone, is looked at by nobody.</summary>
    /// <returns>What is wrong with it; <see langword="null"/> where schema id and body are good to go on with.</returns>
    public static RecordFault? Front(
        SourceEvent source,
        InterceptorOptions options,
        out int schemaId,
        out ReadOnlyMemory<byte> body
    )
    {
        (schemaId, body) = (0, default);
        return source.Value.Length > options.MaximumEventBytes ? s_tooLarge
            : WireFormat.TryParse(source.Value, out schemaId, out body) ? null
            : s_notWireFormat;
    }
}

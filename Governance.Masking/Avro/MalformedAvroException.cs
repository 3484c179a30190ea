namespace Governance.Masking.Avro;

/// <summary>One event cannot be masked. Holds a code and a reason, never a value.</summary>
public sealed class MalformedAvroException(string code, string reason) : Exception(reason)
{
    /// <summary>One of <see cref="EventFaults"/>.</summary>
    public string Code { get; } = code;

    internal static MalformedAvroException Truncated() =>
        new(EventFaults.MalformedAvro, "the bytes end before the record does");
}

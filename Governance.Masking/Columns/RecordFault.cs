using Governance.Masking.Avro;
using Governance.Masking.Methods;

namespace Governance.Masking.Columns;

/// <summary>Why a record is not masked.</summary>
/// <param name="Code">One of the codes of <see cref="EventFaults"/>, or a method's own.</param>
/// <param name="Reason">What to look at, for an operator: paths and types, never a value.</param>
public sealed record RecordFault(string Code, string Reason)
{
    /// <summary>The fault that an exception stands for. The message of one that is not ours may hold a value: its type alone is told.</summary>
    internal static RecordFault Of(Exception exception) =>
        exception switch
        {
            MalformedAvroException malformed => new(malformed.Code, malformed.Message),
            UnmaskableValueException unmaskable => new(unmaskable.Code, unmaskable.Message),
            _ => new(EventFaults.MaskingFailed, exception.GetType().Name),
        };
}

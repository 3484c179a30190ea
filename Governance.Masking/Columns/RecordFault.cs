namespace Governance.Masking.Columns;

/// <summary>Why a record is not masked.</summary>
/// <param name="Code">One of the codes of <see cref="Avro.EventFaults"/>, or a method's own.</param>
/// <param name="Reason">What to look at, for an operator: paths and types, never a value.</param>
public sealed record RecordFault(string Code, string Reason);

namespace Governance.Masking.Avro;

/// <summary>Why an event went to quarantine: stable codes, safe to show.</summary>
public static class EventFaults
{
    /// <summary>The event is empty, or does not begin with the zero byte and schema id of the Confluent wire format.</summary>
    public const string NotWireFormat = "not_wire_format";

    /// <summary>The registry knows no schema with this id.</summary>
    public const string UnknownSchema = "unknown_schema";

    /// <summary>The event is larger than what the interceptor takes.</summary>
    public const string TooLarge = "too_large";

    /// <summary>No contract names this topic.</summary>
    public const string NoContract = "no_contract";

    /// <summary>The writer schema has a field that the contract does not classify.</summary>
    public const string UnclassifiedField = "unclassified_field";

    /// <summary>The event has a key that the contract says nothing of, and goes to a masked topic, where keys stand.</summary>
    public const string UnclassifiedKey = "unclassified_key";

    /// <summary>A classified key or header is neither text nor, for keys, Avro in the wire format.</summary>
    public const string MalformedKey = "malformed_key";

    /// <summary>The contract's rule does not fit the writer schema: a type that cannot hold the masked form, a missing rule.</summary>
    public const string PlanRefused = "plan_refused";

    /// <summary>The bytes are not a record of the schema that they name.</summary>
    public const string MalformedAvro = "malformed_avro";

    /// <summary>The text is not one JSON object, or not of the shape that the contract describes.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>A value is outside its logical type: a date beyond the calendar, a decimal with too many digits.</summary>
    public const string ValueOutOfRange = "value_out_of_range";

    /// <summary>An identifier is empty or cannot be normalized.</summary>
    public const string InvalidIdentifier = "invalid_identifier";

    /// <summary>Values are to be sealed, but the record names no subject.</summary>
    public const string MissingSubject = "missing_subject";

    /// <summary>The record is about a person who was erased. The interceptor drops such events; they are in no quarantine.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>Masking failed in a way that nobody foresaw: a fault of this program. The log names its kind.</summary>
    public const string MaskingFailed = "masking_failed";

    /// <summary>The warehouse table cannot hold records of this schema beside its rows.</summary>
    public const string TableRefused = "table_refused";

    /// <summary>The warehouse refused this row, alone.</summary>
    public const string RowRefused = "row_refused";
}

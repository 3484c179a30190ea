namespace Governance.Masking.Avro.Files;

/// <summary>A file is no Avro object container file, or a damaged one. The message says what to look at; it holds no value.</summary>
public sealed class AvroFileException(string message, Exception? innerException = null)
    : Exception(message, innerException);

namespace Governance.Api.Commands;

/// <summary>A command was asked for something that it cannot do; the message says what to do instead.</summary>
internal sealed class MisuseException(string message, Exception? innerException = null)
    : Exception(message, innerException);

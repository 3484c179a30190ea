namespace Governance.Masking;

/// <summary>
/// Stops the start of a program. The message is written for its operator: what is wrong and what to do about it, with no
/// secret and no personal value; it is printed alone, without a stack trace, and the program ends with status 1.
/// </summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="inner">The cause, or <see langword="null"/>; never printed.</param>
public class StartupException(string message, Exception? inner = null) : Exception(message, inner);

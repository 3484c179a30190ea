using Governance.Api.Configuration;

namespace Governance.Api.Commands;

/// <summary>Reads a receipt's text.</summary>
internal static class ReceiptText
{
    /// <summary>Reads it; line ends behind it are no part of it.</summary>
    /// <param name="file">The file, or <c>-</c>.</param>
    /// <param name="terminal">Gives standard input.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="MisuseException">There is no such file.</exception>
    public static async Task<string> ReadAsync(string file, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            var text = file is "-"
                ? await (terminal.In ?? TextReader.Null).ReadToEndAsync(cancellationToken)
                : await File.ReadAllTextAsync(file, cancellationToken);
            return text.TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MisuseException(
                $"The receipt {file} cannot be read. Name a file, or - for standard input.",
                exception
            );
        }
    }
}

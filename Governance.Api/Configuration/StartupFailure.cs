using System.Net.Sockets;
using System.Text.RegularExpressions;
using Governance.Masking;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Governance.Api.Configuration;

/// <summary>What stopped the start, in words for the operator; never a stack trace, and no message that nobody here wrote.</summary>
internal static partial class StartupFailure
{
    public static string Describe(Exception exception) =>
        exception switch
        {
            StartupException => exception.Message,
            OptionsValidationException options => Settings(options.Failures),
            AggregateException aggregate
                when aggregate.InnerExceptions.All(inner => inner is OptionsValidationException) => Settings(
                aggregate.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)
            ),
            AggregateException aggregate => string.Join(
                Environment.NewLine,
                aggregate.Flatten().InnerExceptions.Select(Describe).Distinct(StringComparer.Ordinal)
            ),
            IOException { InnerException: AddressInUseException } =>
                "The address is in use by another program. Choose another with --urls http://127.0.0.1:<port>.",
            SocketException or IOException { InnerException: SocketException } =>
                "The service cannot listen on its address. Choose another with --urls http://127.0.0.1:<port>.",
            InvalidOperationException when SettingPattern.Match(exception.Message) is { Success: true } match =>
                $"The setting {match.Groups["path"].Value} cannot be read as {match.Groups["type"].Value}. Correct it, and start again.",
            InvalidOperationException when UnknownPattern.Match(exception.Message) is { Success: true } match =>
                $"These settings are unknown: {match.Groups["names"].Value}. Correct or remove them, and start again.",
            { InnerException: StartupException inner } => inner.Message,
            _ => Unknown(exception),
        };

    [GeneratedRegex(
        "Failed to convert configuration value.* at '(?<path>[^']+)' to type '(?<type>[^']+)'",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex SettingPattern { get; }

    [GeneratedRegex("were not found on the instance of [^:]+: (?<names>.+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnknownPattern { get; }

    private static string Settings(IEnumerable<string> faults) =>
        "These settings are wrong:" + string.Concat(faults.Select(fault => $"{Environment.NewLine}  {fault}"));

    // Messages of drivers may quote data: the kind and the place are enough to begin with.
    private static string Unknown(Exception exception)
    {
        var root = exception.GetBaseException();
        var place = root.StackTrace?.Split('\n').FirstOrDefault()?.Trim();
        return $"The service could not start: {root.GetType().FullName} {place}".TrimEnd();
    }
}

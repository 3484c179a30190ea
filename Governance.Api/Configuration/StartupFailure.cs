using System.Net.Sockets;
using System.Text.RegularExpressions;
using Governance.Api.Storage.Postgres;
using Governance.Masking;
using Governance.Policies.Warehouse;
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
            // What a warehouse refuses says in our own words what is away, and what to do.
            WarehouseException => $"The service could not start: {exception.Message}",
            AggregateException aggregate => All(aggregate.Flatten().InnerExceptions),
            IOException { InnerException: AddressInUseException } =>
                "The address is in use by another program. Choose another with --urls http://127.0.0.1:<port>.",
            SocketException or IOException { InnerException: SocketException } =>
                "The service cannot listen on its address. Choose another with --urls http://127.0.0.1:<port>.",
            InvalidOperationException when SettingPattern.Match(exception.Message) is { Success: true } match =>
                $"The setting {match.Groups["path"].Value} cannot be read as {match.Groups["type"].Value}. Correct it, and start again.",
            { InnerException: StartupException inner } => inner.Message,
            _ when PostgresFailure.Describe(exception) is { } away => $"The service could not start: {away}",
            _ => Unknown(exception),
        };

    [GeneratedRegex(
        "Failed to convert configuration value.* at '(?<path>[^']+)' to type '(?<type>[^']+)'",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex SettingPattern { get; }

    private static string All(IEnumerable<Exception> exceptions)
    {
        var several = exceptions.ToArray();
        var faults = several.OfType<OptionsValidationException>().SelectMany(options => options.Failures).ToArray();
        var others = several.Where(exception => exception is not OptionsValidationException).Select(Describe);
        return string.Join(
            Environment.NewLine,
            (faults.Length == 0 ? others : others.Prepend(Settings(faults))).Distinct(StringComparer.Ordinal)
        );
    }

    /// <summary>Settings that are wrong, each with its name.</summary>
    public static string Settings(IEnumerable<string> faults) =>
        "These settings are wrong:"
        + string.Concat(faults.Distinct(StringComparer.Ordinal).Select(fault => $"{Environment.NewLine}  {fault}"));

    // Messages of drivers may quote data: the kind and the place are enough to begin with.
    private static string Unknown(Exception exception)
    {
        var root = exception.GetBaseException();
        var place = root.StackTrace?.Split('\n').FirstOrDefault()?.Trim();
        return $"The service could not start: {root.GetType().FullName} {place}".TrimEnd();
    }
}

using Microsoft.Extensions.Logging.Console;

namespace Governance.Api.Configuration;

internal static class LoggingRegistration
{
    /// <summary>One line an entry to the console; no request, no path, no message of an exception.</summary>
    public static void AddGovernanceLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(options => options.FormatterName = DiscreetFormatter.FormatterName);
        builder.Logging.AddConsoleFormatter<DiscreetFormatter, DiscreetFormatterOptions>();
        // These name request paths and query strings below Warning, whatever the settings say of ASP.NET as a whole.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Routing", LogLevel.Warning);
        builder.Logging.AddFilter("OpenIddict", LogLevel.Warning);
        // It warns at the first start that its keys are not encrypted; they are as private as the folder.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }
}

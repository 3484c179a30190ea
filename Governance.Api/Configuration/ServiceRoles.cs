using Microsoft.Extensions.Configuration.CommandLine;

namespace Governance.Api.Configuration;

/// <summary>A part of the service that one process may run without the others.</summary>
internal enum ServiceRole
{
    /// <summary>The HTTP endpoints.</summary>
    Api,

    /// <summary>The interceptor, and the sandbox's generator.</summary>
    Stream,

    /// <summary>The workers: requests, grants, notices, retention, quarantine, probes.</summary>
    Scheduler,
}

/// <summary>
/// The roles of this process: <c>--roles api,stream,scheduler</c>. What every role needs (keys, contracts, policies, suppression, health,
/// metrics) runs in all of them.
/// </summary>
internal sealed class ServiceRoles
{
    /// <summary>The short form of the setting, on the command line alone: a variable of the environment may bear this name by chance.</summary>
    public const string Argument = "roles";

    /// <summary>The roles' names, as the setting writes them.</summary>
    public static readonly string[] Names = ["api", "stream", "scheduler"];

    private readonly HashSet<ServiceRole> _roles;

    private ServiceRoles(IEnumerable<ServiceRole> roles) => _roles = [.. roles];

    /// <summary>All of them.</summary>
    public static ServiceRoles All { get; } = new(Enum.GetValues<ServiceRole>());

    /// <summary>Whether the process does everything.</summary>
    public bool IsAll => _roles.Count == Names.Length;

    /// <summary>The roles that it leaves to others, by name.</summary>
    public IEnumerable<string> Missing => Names.Except(Own, StringComparer.Ordinal);

    private IEnumerable<string> Own => Names.Where((_, at) => _roles.Contains((ServiceRole)at));

    /// <summary>Whether the process has a role.</summary>
    public bool Has(ServiceRole role) => _roles.Contains(role);

    /// <summary>Reads the setting. One that is wrong reads as all: it stops the start anyway, with the other faults.</summary>
    public static ServiceRoles Read(string? text) => FaultOf(text) is null ? new(Split(text!).Select(Find)) : All;

    /// <summary>What is wrong with the setting; <see langword="null"/> where nothing is.</summary>
    public static string? FaultOf(string? text)
    {
        var named = Split(text ?? "");
        var unknown = named.Where(name => !Names.Contains(name, StringComparer.Ordinal)).ToArray();
        return named.Length == 0
                ? $"It names no role: write one or more of {string.Join(", ", Names)}, with commas between."
            : unknown.Length > 0
                ? $"It names '{string.Join("', '", unknown)}', which is no role; the roles are {string.Join(", ", Names)}."
            : null;
    }

    /// <summary>The value of <c>--roles</c>; <see langword="null"/> where the command line does not have it.</summary>
    public static string? OnCommandLine(string[] args)
    {
        var source = new CommandLineConfigurationProvider(args);
        source.Load();
        return source.TryGet(Argument, out var roles) ? roles ?? "" : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Own);

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static ServiceRole Find(string name) => (ServiceRole)Array.IndexOf(Names, name);
}

internal static class ServiceRolesRegistration
{
    private const string Setting = $"{GovernanceOptions.SectionName}:{nameof(GovernanceOptions.Roles)}";

    /// <summary>Takes <c>--roles</c> for the setting that it is short for.</summary>
    public static void AddServiceRoles(this WebApplicationBuilder builder, string[] args)
    {
        if (ServiceRoles.OnCommandLine(args) is { } roles)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>(Setting, roles)]);
        }

        builder.Services.AddSingleton(builder.Roles());
        builder.Services.AddSingleton<LoneRoles>();
    }

    /// <summary>The roles of the process that is being built.</summary>
    public static ServiceRoles Roles(this IHostApplicationBuilder builder) =>
        ServiceRoles.Read(builder.Configuration[Setting] ?? new GovernanceOptions().Roles);

    /// <summary>Adds work that a process with this role does. It can be asked for in every process, and runs in these alone.</summary>
    public static void AddWorker<TWorker>(this IHostApplicationBuilder builder, ServiceRole role)
        where TWorker : Worker
    {
        if (builder.Services.All(service => service.ServiceType != typeof(TWorker)))
        {
            builder.Services.AddSingleton<TWorker>();
        }

        if (builder.Roles().Has(role))
        {
            builder.Services.AddHostedService(provider => provider.GetRequiredService<TWorker>());
        }
    }
}

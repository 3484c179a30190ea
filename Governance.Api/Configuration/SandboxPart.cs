using System.Collections.Frozen;

namespace Governance.Api.Configuration;

/// <summary>
/// An embedded part that is fine on a developer's machine and nowhere else. Whoever registers one says so with
/// <see cref="SandboxRegistration.AddSandboxPart"/>; outside Development it starts only where the settings name it.
/// </summary>
internal sealed record SandboxPart
{
    public const string Broker = "broker";
    public const string Registry = "registry";
    public const string Warehouse = "warehouse";
    public const string State = "state";
    public const string Vault = "vault";
    public const string Keys = "keys";
    public const string SignIn = "signin";

    /// <summary>All names, as the settings write them.</summary>
    public static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        Broker,
        Registry,
        Warehouse,
        State,
        Vault,
        Keys,
        SignIn
    );

    /// <summary>Names a part.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">The name is another.</exception>
    public SandboxPart(string name)
    {
        if (!Names.Contains(name))
        {
            throw new ArgumentException($"A sandbox part is one of {string.Join(", ", Names)}.", nameof(name));
        }

        Name = name;
    }

    /// <summary>The name in the settings.</summary>
    public string Name { get; }
}

internal static class SandboxRegistration
{
    /// <summary>Declares that an embedded part was picked; call it beside the part's own registration.</summary>
    public static IServiceCollection AddSandboxPart(this IServiceCollection services, string name) =>
        services.AddSingleton(new SandboxPart(name));
}

namespace Governance.Api.Configuration;

/// <summary>A section of the configuration and the class that it is read into, as <c>AddFeatureOptions</c> registered them.</summary>
/// <param name="Name">The full name, such as <c>Governance:Keys</c>.</param>
/// <param name="Type">The class.</param>
internal sealed record SettingsSection(string Name, Type Type);

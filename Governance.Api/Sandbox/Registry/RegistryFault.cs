namespace Governance.Api.Sandbox.Registry;

/// <summary>An answer that is an error, with the code that clients of Confluent's registry know.</summary>
internal sealed class RegistryFault(int status, int code, string message) : Exception(message)
{
    public int Status => status;

    public int Code => code;

    public static RegistryFault SubjectNotFound(string subject) => new(404, 40401, $"Subject '{subject}' not found.");

    public static RegistryFault VersionNotFound(string version) => new(404, 40402, $"Version {version} not found.");

    public static RegistryFault SchemaNotFound() => new(404, 40403, "Schema not found");

    public static RegistryFault NoSubjectLevel(string subject) =>
        new(404, 40408, $"Subject '{subject}' does not have subject-level compatibility configured");

    public static RegistryFault Incompatible(string subject, IReadOnlyList<string> reasons) =>
        new(
            409,
            409,
            $"Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{string.Join("; ", reasons)}]"
        );

    public static RegistryFault InvalidSchema(string why) => new(422, 42201, $"Invalid schema: {why}");

    public static RegistryFault InvalidVersion(string version) =>
        new(
            422,
            42202,
            $"The specified version '{version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
        );

    public static RegistryFault InvalidLevel() =>
        new(
            422,
            42203,
            $"Invalid compatibility level. Valid values are {string.Join(", ", CompatibilityLevels.Names)}"
        );

    public static RegistryFault BadRequest(string why) => new(400, 400, why);

    public static RegistryFault NotLocal() =>
        new(403, 403, "The sandbox's registry answers this machine only. Configure Governance:SchemaRegistry:Url.");
}

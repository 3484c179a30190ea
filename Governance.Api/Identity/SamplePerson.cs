namespace Governance.Api.Identity;

/// <summary>A person of the sandbox; each has the role of the same name.</summary>
internal sealed record SamplePerson(string Name, string DisplayName, string ObjectId)
{
    public static IReadOnlyList<SamplePerson> All { get; } =
    [
        new(Roles.Dpo, "Sample data protection officer", "5a000000-0000-4000-8000-000000000001"),
        new(Roles.Analyst, "Sample analyst", "5a000000-0000-4000-8000-000000000002"),
        new(Roles.Owner, "Sample data owner", "5a000000-0000-4000-8000-000000000003"),
        new(Roles.Pipeline, "Sample pipeline engineer", "5a000000-0000-4000-8000-000000000004"),
        new(Roles.Auditor, "Sample auditor", "5a000000-0000-4000-8000-000000000005"),
        new(Roles.Admin, "Sample administrator", "5a000000-0000-4000-8000-000000000006"),
    ];

    public static SamplePerson? Find(string name) =>
        All.FirstOrDefault(person => string.Equals(person.Name, name, StringComparison.Ordinal));
}

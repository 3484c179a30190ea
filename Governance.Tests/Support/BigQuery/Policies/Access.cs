using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Datasets;
using Governance.Tests.Support.BigQuery.Rest;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Policies;

/// <summary>
/// Who may read and write what: the project's owner, a dataset's access list, a table's bindings, authorized views and datasets. Roles of the
/// project and custom roles are not modelled: a member that is none of these is refused.
/// https://cloud.google.com/bigquery/docs/control-access-to-resources-iam
/// </summary>
internal sealed class Access(StandInOptions options)
{
    private static readonly string[] Readers =
    [
        "READER",
        "WRITER",
        "OWNER",
        "roles/bigquery.dataViewer",
        "roles/bigquery.dataEditor",
        "roles/bigquery.dataOwner",
        "roles/bigquery.admin",
    ];

    private static readonly string[] Writers =
    [
        "WRITER",
        "OWNER",
        "roles/bigquery.dataEditor",
        "roles/bigquery.dataOwner",
        "roles/bigquery.admin",
    ];

    public bool IsOwner(string member) => member == options.Owner;

    /// <summary>May read the table's rows, as far as row access policies let it.</summary>
    public bool MayRead(string member, TableState table) =>
        IsOwner(member)
        || table.Dataset.Access.Any(entry => Grants(entry, member, Readers))
        || table.Bindings.Any(binding =>
            Readers.Contains(binding.Key) && binding.Value.Exists(it => Includes(it, member))
        );

    public bool MayWrite(string member, TableState table) =>
        MayWrite(member, table.Dataset)
        || table.Bindings.Any(binding =>
            Writers.Contains(binding.Key) && binding.Value.Exists(it => Includes(it, member))
        );

    public bool MayWrite(string member, DatasetState dataset) =>
        IsOwner(member) || dataset.Access.Any(entry => Grants(entry, member, Writers));

    public bool MayReadMetadata(string member, DatasetState dataset) =>
        IsOwner(member) || dataset.Access.Any(entry => Grants(entry, member, Readers));

    /// <summary>The dataset lets this view, or all views of its dataset, read its tables for whoever may read the view.</summary>
    public static bool IsAuthorized(TableState view, DatasetState source) =>
        source.Access.Any(entry =>
            entry["view"] is JsonObject authorized && JsonNode.DeepEquals(authorized, view.Reference())
            || entry["dataset"] is JsonObject shared
                && JsonNode.DeepEquals(shared["dataset"], view.Dataset.Reference())
                && shared["targetTypes"] is JsonArray targets
                && targets.Any(target => target!.GetValue<string>() is "VIEWS")
        );

    /// <summary>A grantee is this member, or a group, a domain or a set that it is in.</summary>
    public bool Includes(string grantee, string member) =>
        grantee == member
        || grantee is "allUsers" or "allAuthenticatedUsers"
        || grantee.StartsWith("group:", StringComparison.Ordinal)
            && options.Groups.GetValueOrDefault(grantee["group:".Length..]) is { } members
            && members.Contains(member)
        || grantee.StartsWith("domain:", StringComparison.Ordinal)
            && member.EndsWith($"@{grantee["domain:".Length..]}", StringComparison.Ordinal);

    public void RequireWrite(string member, DatasetState dataset)
    {
        if (!MayWrite(member, dataset))
        {
            throw ApiException.AccessDenied($"Dataset {dataset.Project}:{dataset.Id}: Permission denied");
        }
    }

    public void RequireOwner(string member)
    {
        if (!IsOwner(member))
        {
            throw ApiException.AccessDenied($"Project {options.Project}: Permission denied");
        }
    }

    private bool Grants(JsonObject entry, string member, string[] roles) =>
        entry["role"]?.GetValue<string>() is { } role
        && roles.Contains(role)
        && (
            entry["userByEmail"]?.GetValue<string>() is { } email
                && (member == $"user:{email}" || member == $"serviceAccount:{email}")
            || entry["groupByEmail"]?.GetValue<string>() is { } group && Includes($"group:{group}", member)
            || entry["domain"]?.GetValue<string>() is { } domain && Includes($"domain:{domain}", member)
            || entry["iamMember"]?.GetValue<string>() is { } grantee && Includes(grantee, member)
            || entry["specialGroup"]?.GetValue<string>() is "allAuthenticatedUsers"
        );
}

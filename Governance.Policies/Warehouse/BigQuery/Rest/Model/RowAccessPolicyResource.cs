using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>A row access policy. https://cloud.google.com/bigquery/docs/reference/rest/v2/rowAccessPolicies</summary>
internal sealed class RowAccessPolicyResource
{
    [JsonProperty("etag")]
    public string? Etag { get; set; }

    [JsonProperty("rowAccessPolicyReference")]
    public RowAccessPolicyReference? Reference { get; set; }

    /// <summary>A condition in GoogleSQL; rows for which it is true are seen.</summary>
    [JsonProperty("filterPredicate")]
    public string FilterPredicate { get; set; } = "";

    /// <summary>IAM members. They are sent and never answered: what is kept are the policy's IAM bindings.</summary>
    [JsonProperty("grantees")]
    public IList<string>? Grantees { get; set; }
}

/// <summary>A page of a table's row access policies.</summary>
internal sealed class RowAccessPolicyList
{
    [JsonProperty("rowAccessPolicies")]
    public IList<RowAccessPolicyResource>? Policies { get; set; }

    [JsonProperty("nextPageToken")]
    public string? NextPageToken { get; set; }
}

internal sealed class BatchDeletePolicies
{
    [JsonProperty("policyIds")]
    public IList<string> PolicyIds { get; set; } = [];

    /// <summary>Whether the last policies of a table may go, which opens it. Never said.</summary>
    [JsonProperty("force")]
    public bool Force { get; set; }
}

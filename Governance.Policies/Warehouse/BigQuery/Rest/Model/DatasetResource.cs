using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>A dataset. https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets</summary>
internal sealed class DatasetResource : Resource
{
    [JsonProperty("etag")]
    public string? Etag { get; set; }

    [JsonProperty("datasetReference")]
    public DatasetReference? Reference { get; set; }

    [JsonProperty("location")]
    public string? Location { get; set; }

    [JsonProperty("description")]
    public string? Description { get; set; }

    [JsonProperty("labels")]
    public IDictionary<string, string?>? Labels { get; set; }

    /// <summary>Hours for which time travel reaches back.</summary>
    [JsonProperty("maxTimeTravelHours")]
    [JsonConverter(typeof(Int64Text))]
    public long? MaxTimeTravelHours { get; set; }

    [JsonProperty("access")]
    public IList<AccessEntry>? Access { get; set; }
}

/// <summary>
/// Who may do what in a dataset: a role and one grantee; or a view, a dataset or a routine that is authorized. What is not named here
/// (grantees, conditions, routines) is kept as it was read.
/// </summary>
internal sealed class AccessEntry : Resource
{
    [JsonProperty("role")]
    public string? Role { get; set; }

    [JsonProperty("iamMember")]
    public string? IamMember { get; set; }

    [JsonProperty("view")]
    public TableReference? View { get; set; }

    /// <summary>Whether it authorizes a resource, of which a dataset has 2,500 at most.</summary>
    [JsonIgnore]
    public bool IsAuthorization => View is not null || Others.ContainsKey("dataset") || Others.ContainsKey("routine");
}

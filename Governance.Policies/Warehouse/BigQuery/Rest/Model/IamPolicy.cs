using Newtonsoft.Json;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>Who has which role. https://cloud.google.com/iam/docs/reference/rest/v1/Policy</summary>
internal sealed class IamPolicy : Resource
{
    [JsonProperty("version")]
    public int? Version { get; set; }

    [JsonProperty("etag")]
    public string? Etag { get; set; }

    [JsonProperty("bindings")]
    public IList<IamBinding>? Bindings { get; set; }
}

internal sealed class IamBinding : Resource
{
    [JsonProperty("role")]
    public string Role { get; set; } = "";

    [JsonProperty("members")]
    public IList<string> Members { get; set; } = [];

    /// <summary>Whether it holds under a condition, which is kept among the other fields.</summary>
    [JsonIgnore]
    public bool IsConditional => Others.ContainsKey("condition");
}

internal sealed class GetIamPolicy
{
    /// <summary>3, with which conditions are answered: a policy that is read without them and written would lose them.</summary>
    [JsonProperty("options")]
    public IamOptions Options { get; set; } = new();
}

internal sealed class IamOptions
{
    [JsonProperty("requestedPolicyVersion")]
    public int RequestedPolicyVersion { get; set; } = 3;
}

internal sealed class SetIamPolicy
{
    [JsonProperty("policy")]
    public IamPolicy Policy { get; set; } = new();
}

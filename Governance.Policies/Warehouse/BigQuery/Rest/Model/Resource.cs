using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Governance.Policies.Warehouse.BigQuery.Rest.Model;

/// <summary>What BigQuery keeps, with the fields that are not named here: what is read, changed and written loses none of them.</summary>
internal abstract class Resource
{
    [JsonExtensionData]
    public IDictionary<string, JToken> Others { get; } = new Dictionary<string, JToken>(StringComparer.Ordinal);
}

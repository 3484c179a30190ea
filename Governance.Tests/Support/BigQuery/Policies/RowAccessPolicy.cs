using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Tables;

namespace Governance.Tests.Support.BigQuery.Policies;

/// <summary>A row access policy.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Filter">GoogleSQL; rows for which it is true are seen.</param>
/// <param name="Grantees">IAM members.</param>
/// <param name="Created">When.</param>
/// <param name="Modified">When it was last replaced.</param>
internal sealed record RowAccessPolicy(
    string Id,
    string Filter,
    IReadOnlyList<string> Grantees,
    DateTimeOffset Created,
    DateTimeOffset Modified
)
{
    /// <summary>The TRUE filter, which DML and tabledata.list need. https://cloud.google.com/bigquery/docs/using-row-level-security-with-features#the_true_filter</summary>
    public bool IsTrue => string.Equals(Filter.Trim(), "TRUE", StringComparison.OrdinalIgnoreCase);

    // The service does not answer the grantees; they are the policy's IAM bindings.
    public JsonObject ToRest(TableState table) =>
        new()
        {
            ["etag"] = string.Create(CultureInfo.InvariantCulture, $"policy-{Id}-{Modified.UtcTicks}"),
            ["rowAccessPolicyReference"] = Reference(table),
            ["filterPredicate"] = Filter,
            ["creationTime"] = Created.ToString("O", CultureInfo.InvariantCulture),
            ["lastModifiedTime"] = Modified.ToString("O", CultureInfo.InvariantCulture),
        };

    public JsonObject Reference(TableState table)
    {
        var reference = table.Reference();
        reference["policyId"] = Id;
        return reference;
    }
}

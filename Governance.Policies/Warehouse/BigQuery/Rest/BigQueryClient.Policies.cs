using System.Runtime.CompilerServices;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>Row access policies. Which may go when is for <see cref="Jobs.RowAccessPolicies"/> to say.</summary>
internal sealed partial class BigQueryClient
{
    private const string Collection = "rowAccessPolicies";

    /// <summary>A table's row access policies.</summary>
    public async IAsyncEnumerable<RowAccessPolicyResource> ListRowAccessPoliciesAsync(
        TableReference table,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var pages = PagesAsync(
            token =>
                CallAsync<RowAccessPolicyList>(
                    Get(
                        "bigquery.rowAccessPolicies.list",
                        PathOf(table, Collection),
                        $"the row policies of {table}"
                    ) with
                    {
                        Query = Parameters(("pageToken", token)),
                    },
                    cancellationToken
                ),
            page => page.NextPageToken,
            cancellationToken
        );
        await foreach (var page in pages)
        {
            foreach (var policy in page.Policies ?? [])
            {
                yield return policy;
            }
        }
    }

    /// <summary>A row access policy, without its grantees; <see langword="null"/> where it is not there.</summary>
    public Task<RowAccessPolicyResource?> FindRowAccessPolicyAsync(
        RowAccessPolicyReference policy,
        CancellationToken cancellationToken
    ) =>
        FindAsync<RowAccessPolicyResource>(
            Get("bigquery.rowAccessPolicies.get", PathOf(policy), What(policy)),
            cancellationToken
        );

    /// <summary>Whom a row access policy lets through.</summary>
    public Task<IamPolicy> GetRowAccessPolicyIamAsync(
        RowAccessPolicyReference policy,
        CancellationToken cancellationToken
    ) =>
        CallAsync<IamPolicy>(
            new BigQueryCall(
                "bigquery.rowAccessPolicies.getIamPolicy",
                "POST",
                $"{PathOf(policy)}:getIamPolicy",
                What(policy)
            )
            {
                Body = new GetIamPolicy(),
            },
            cancellationToken
        );

    /// <summary>Creates a row access policy.</summary>
    public Task<RowAccessPolicyResource> InsertRowAccessPolicyAsync(
        RowAccessPolicyResource policy,
        CancellationToken cancellationToken
    )
    {
        var reference = Named(policy);
        return CallAsync<RowAccessPolicyResource>(
            new BigQueryCall(
                "bigquery.rowAccessPolicies.insert",
                "POST",
                PathOf(TableOf(reference), Collection),
                What(reference)
            )
            {
                Body = policy,
            },
            cancellationToken
        );
    }

    /// <summary>Replaces a row access policy: its condition and its grantees.</summary>
    public Task<RowAccessPolicyResource> UpdateRowAccessPolicyAsync(
        RowAccessPolicyResource policy,
        CancellationToken cancellationToken
    )
    {
        var reference = Named(policy);
        return CallAsync<RowAccessPolicyResource>(
            new BigQueryCall("bigquery.rowAccessPolicies.update", "PUT", PathOf(reference), What(reference))
            {
                Body = policy,
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Drops a row access policy; false where it was not there. BigQuery refuses to drop a table's last one so, and it is never forced.
    /// </summary>
    public Task<bool> DeleteRowAccessPolicyAsync(
        RowAccessPolicyReference policy,
        CancellationToken cancellationToken
    ) =>
        RemoveAsync(
            new BigQueryCall("bigquery.rowAccessPolicies.delete", "DELETE", PathOf(policy), What(policy)),
            cancellationToken
        );

    /// <summary>Drops some of a table's row access policies at once, never all of them; false where one was not there, so that none was dropped.</summary>
    public Task<bool> DeleteRowAccessPoliciesAsync(
        TableReference table,
        IReadOnlyCollection<string> policies,
        CancellationToken cancellationToken
    ) =>
        RemoveAsync(
            new BigQueryCall(
                "bigquery.rowAccessPolicies.batchDelete",
                "POST",
                $"{PathOf(table, Collection)}:batchDelete",
                $"row policies of {table}"
            )
            {
                Body = new BatchDeletePolicies { PolicyIds = [.. policies] },
            },
            cancellationToken
        );

    private static TableReference TableOf(RowAccessPolicyReference policy) =>
        new(policy.ProjectId, policy.DatasetId, policy.TableId);

    private static string PathOf(RowAccessPolicyReference policy) =>
        PathOf(TableOf(policy), Collection, policy.PolicyId);

    private static string What(RowAccessPolicyReference policy) => $"row policy {policy.PolicyId} of {TableOf(policy)}";

    private static RowAccessPolicyReference Named(RowAccessPolicyResource policy) =>
        policy.Reference ?? throw new ArgumentException("A row access policy has a name.", nameof(policy));
}

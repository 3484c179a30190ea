using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>Which rows of a table somebody sees.</summary>
/// <param name="Id">The policy's name: letters, digits and underscores.</param>
/// <param name="Filter">A condition in GoogleSQL.</param>
/// <param name="Grantees">IAM members who see the rows for which it is true.</param>
internal sealed record RowPolicy(string Id, string Filter, IReadOnlyCollection<string> Grantees);

/// <summary>
/// Puts and removes row access policies. A table without any is open to whoever may read it, so one stays as long as the table does: the
/// service's own, which lets it see all rows, as its statements need. It is put first, which closes the table before anybody is let in,
/// and it is never removed: whoever's last policy goes sees nothing, rather than everything.
/// https://cloud.google.com/bigquery/docs/managing-row-level-security
/// </summary>
internal sealed class RowAccessPolicies(BigQueryClient client, JobRunner jobs)
{
    /// <summary>The name of the service's own policy.</summary>
    public const string ServicePolicy = "governance_service";

    private const string Role = "roles/bigquery.filteredDataViewer";
    private const string Everything = "TRUE";
    private const int MostTries = 5;
    private string? _account;

    /// <summary>Creates or replaces a policy, after the service's own. Doing it again changes nothing.</summary>
    /// <returns>Whether this policy was changed.</returns>
    public async Task<Answer<bool>> PutAsync(
        TableReference table,
        RowPolicy policy,
        CancellationToken cancellationToken
    )
    {
        if (IsServices(policy.Id) || policy.Grantees.Count is 0)
        {
            return Misuse(policy.Id);
        }

        try
        {
            await EnsureServiceAsync(table, cancellationToken);
            return await PutOneAsync(table, policy, cancellationToken);
        }
        catch (WarehouseException exception)
        {
            return exception.Refusal;
        }
    }

    /// <summary>Removes policies. Those that are gone are none to remove. The service's own stays, and the table closed.</summary>
    /// <returns>How many were removed.</returns>
    public async Task<Answer<int>> RemoveAsync(
        TableReference table,
        IReadOnlyCollection<string> policies,
        CancellationToken cancellationToken
    )
    {
        if (policies.FirstOrDefault(IsServices) is { } own)
        {
            return Misuse(own);
        }

        try
        {
            for (var tries = 1; ; tries++)
            {
                var there = await ListAsync(table, cancellationToken);
                var leaving = there.Where(policy => policies.Contains(policy, StringComparer.Ordinal)).ToList();
                if (leaving.Count is 0)
                {
                    return 0;
                }

                // Before anything goes: else the last one to go would open the table.
                await EnsureServiceAsync(table, cancellationToken);
                if (await client.DeleteRowAccessPoliciesAsync(table, leaving, cancellationToken))
                {
                    return leaving.Count;
                }

                if (tries >= MostTries)
                {
                    return new Refusal(
                        RefusalKind.Changed,
                        "changed",
                        $"The row policies of {table} change all the time. Ask again."
                    );
                }
            }
        }
        catch (WarehouseException exception) when (exception.Refusal.Kind is RefusalKind.Gone)
        {
            // A table that is gone has no policies.
            return 0;
        }
        catch (WarehouseException exception)
        {
            return exception.Refusal;
        }
    }

    /// <summary>
    /// Puts the service's own policy on a table, which closes it to everybody else; to be done before others. Doing it again changes nothing.
    /// </summary>
    public async Task<Answer<bool>> CloseAsync(TableReference table, CancellationToken cancellationToken)
    {
        try
        {
            return await EnsureServiceAsync(table, cancellationToken);
        }
        catch (WarehouseException exception)
        {
            return exception.Refusal;
        }
    }

    /// <summary>The names of a table's policies.</summary>
    /// <exception cref="WarehouseException">They could not be read.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(TableReference table, CancellationToken cancellationToken)
    {
        var policies = new List<string>();
        await foreach (var policy in client.ListRowAccessPoliciesAsync(table, cancellationToken))
        {
            if (policy.Reference is { } reference)
            {
                policies.Add(reference.PolicyId);
            }
        }

        return policies;
    }

    private async Task<bool> EnsureServiceAsync(TableReference table, CancellationToken cancellationToken) =>
        await PutOneAsync(
            table,
            new RowPolicy(ServicePolicy, Everything, [await AccountAsync(cancellationToken)]),
            cancellationToken
        );

    private async Task<bool> PutOneAsync(TableReference table, RowPolicy policy, CancellationToken cancellationToken)
    {
        var reference = new RowAccessPolicyReference(table.ProjectId, table.DatasetId, table.TableId, policy.Id);
        var wanted = new RowAccessPolicyResource
        {
            Reference = reference,
            FilterPredicate = policy.Filter,
            Grantees = [.. policy.Grantees.Order(StringComparer.Ordinal)],
        };
        for (var tries = 1; ; tries++)
        {
            try
            {
                var found = await client.FindRowAccessPolicyAsync(reference, cancellationToken);
                if (found is null)
                {
                    await client.InsertRowAccessPolicyAsync(wanted, cancellationToken);
                }
                else if (await IsAsync(found, wanted, cancellationToken))
                {
                    return false;
                }
                else
                {
                    await client.UpdateRowAccessPolicyAsync(wanted, cancellationToken);
                }

                return true;
            }
            catch (WarehouseException exception)
                when (exception.Refusal.Kind is RefusalKind.Changed or RefusalKind.Gone && tries < MostTries)
            {
                // It came or went between the two calls, or it is ours, of a try whose answer was lost. A table that is gone stays so.
                if (await client.FindTableAsync(table, cancellationToken) is null)
                {
                    throw;
                }
            }
        }
    }

    private async Task<bool> IsAsync(
        RowAccessPolicyResource found,
        RowAccessPolicyResource wanted,
        CancellationToken cancellationToken
    )
    {
        if (!string.Equals(found.FilterPredicate, wanted.FilterPredicate, StringComparison.Ordinal))
        {
            return false;
        }

        var iam = await client.GetRowAccessPolicyIamAsync(wanted.Reference!, cancellationToken);
        var members = (iam.Bindings ?? [])
            .Where(binding => string.Equals(binding.Role, Role, StringComparison.Ordinal))
            .SelectMany(binding => binding.Members);
        return new HashSet<string>(members, StringComparer.Ordinal).SetEquals(wanted.Grantees!);
    }

    private async Task<string> AccountAsync(CancellationToken cancellationToken)
    {
        if (client.Options.ServiceAccount is { Length: > 0 } named)
        {
            return named;
        }

        return _account ??=
            (
                await jobs.EstimateAsync(
                    new BigQueryStatement("SELECT 1 AS one"),
                    new JobPurpose("row_policies"),
                    cancellationToken
                )
            )
                .Value
                .Account
            ?? throw new WarehouseException(
                new Refusal(
                    RefusalKind.Invalid,
                    "account_unknown",
                    $"BigQuery does not say whose account the service has: name it in {BigQueryOptions.SectionName}:{nameof(BigQueryOptions.ServiceAccount)}."
                )
            );
    }

    private static bool IsServices(string policy) =>
        string.Equals(policy, ServicePolicy, StringComparison.OrdinalIgnoreCase);

    private static Refusal Misuse(string policy) =>
        new(
            RefusalKind.Invalid,
            "row_policy",
            $"The row policy {policy} can be neither put nor removed so: the service's own stays, and any other has somebody whom it lets through."
        );
}

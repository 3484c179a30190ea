using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.Sql;

namespace Governance.Policies.Warehouse.BigQuery.Issuing;

/// <summary>Row rules as row access policies of the source table, by which views over it are filtered, too.</summary>
internal sealed class BigQueryRowRules(BigQueryTables tables, BigQueryClient client, RowAccessPolicies policies)
{
    /// <summary>Puts a rule in force.</summary>
    /// <exception cref="WarehouseException">It was refused.</exception>
    public async Task<IssuedRowRule> PutAsync(RowRule rule, CancellationToken cancellationToken)
    {
        var filter = await DraftAsync(rule, cancellationToken);
        _ = (
            await policies.PutAsync(
                tables.Source.Table(rule.Dataset.Name),
                new RowPolicy(rule.Name, filter, rule.Members),
                cancellationToken
            )
        ).Value;
        // BigQuery keeps the filter in words of its own: what it keeps is what later looks are compared with.
        return (await ReadAsync(rule.Dataset, cancellationToken)).FirstOrDefault(one => one.Name == rule.Name)
            ?? throw new WarehouseException(
                new Refusal(
                    RefusalKind.Changed,
                    "row_rule_missing",
                    $"Row rule {rule.Name} was taken away as it was put. Put it again."
                )
            );
    }

    /// <summary>The filter that <see cref="PutAsync"/> would store.</summary>
    /// <exception cref="WarehouseException">It is refused.</exception>
    public async Task<string> DraftAsync(RowRule rule, CancellationToken cancellationToken)
    {
        if (IssuedChecks.Of(rule) is { } refusal)
        {
            throw new WarehouseException(refusal);
        }

        if (await tables.FindShapeAsync(rule.Dataset.Name, cancellationToken) is not { } table)
        {
            throw new WarehouseException(IssuedChecks.Missing(rule.Dataset.Name));
        }

        // A policy's filter names columns alone, with no alias before them.
        var shape = BigQueryViews.WithSystemColumns(table);
        return tables
            .Dialect.Write(new ConditionText(tables.Dialect, rule.Dataset.Name, shape, null).Write(rule.Condition))
            .Text;
    }

    /// <summary>Takes a rule away. The table stays closed to whom no rule names.</summary>
    /// <exception cref="WarehouseException">It was refused.</exception>
    public async Task<bool> RemoveAsync(Dataset dataset, string name, CancellationToken cancellationToken) =>
        (await policies.RemoveAsync(tables.Source.Table(dataset.Name), [name], cancellationToken)).Value > 0;

    /// <summary>The rules that stand, without the service's own.</summary>
    public async Task<IReadOnlyList<IssuedRowRule>> ReadAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        var rules = new List<IssuedRowRule>();
        var table = tables.Source.Table(dataset.Name);
        await foreach (var policy in client.ListRowAccessPoliciesAsync(table, cancellationToken))
        {
            if (policy.Reference is { } reference && reference.PolicyId != RowAccessPolicies.ServicePolicy)
            {
                var iam = await client.GetRowAccessPolicyIamAsync(reference, cancellationToken);
                rules.Add(
                    new IssuedRowRule(
                        reference.PolicyId,
                        dataset.Name,
                        policy.FilterPredicate,
                        [
                            .. (iam.Bindings ?? [])
                                .SelectMany(binding => binding.Members)
                                .Distinct(StringComparer.Ordinal)
                                .Order(StringComparer.Ordinal),
                        ]
                    )
                );
            }
        }

        return [.. rules.OrderBy(rule => rule.Name, StringComparer.Ordinal)];
    }
}

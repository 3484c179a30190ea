using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>Who may read a view, by its own IAM policy, which is read, changed and written by its etag.</summary>
internal sealed class TableReaders(BigQueryClient client)
{
    public const string Role = "roles/bigquery.dataViewer";
    private const int MostTries = 10;

    /// <summary>Lets a member read a view. Doing it again changes nothing.</summary>
    /// <param name="view">The view.</param>
    /// <param name="member">As IAM writes it, such as <c>user:analyst@example.com</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether anything was changed.</returns>
    public Task<Answer<bool>> AddAsync(TableReference view, string member, CancellationToken cancellationToken) =>
        ChangeAsync(
            view,
            bindings =>
            {
                var binding = bindings.FirstOrDefault(IsOfRole);
                if (binding is null)
                {
                    binding = new IamBinding { Role = Role };
                    bindings.Add(binding);
                }

                if (binding.Members.Contains(member, StringComparer.Ordinal))
                {
                    return false;
                }

                binding.Members.Add(member);
                return true;
            },
            cancellationToken
        );

    /// <summary>Takes a member's right to read a view away. Doing it again changes nothing.</summary>
    /// <returns>Whether anything was changed; a view that is gone has no readers.</returns>
    public async Task<Answer<bool>> RemoveAsync(TableReference view, string member, CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(
            view,
            bindings =>
                bindings.Where(IsOfRole).ToList().Aggregate(false, (any, it) => it.Members.Remove(member) || any),
            cancellationToken
        );
        return answer.Refusal?.Kind is RefusalKind.Gone ? false : answer;
    }

    private async Task<Answer<bool>> ChangeAsync(
        TableReference view,
        Func<IList<IamBinding>, bool> change,
        CancellationToken cancellationToken
    )
    {
        try
        {
            for (var tries = 1; ; tries++)
            {
                var policy = await client.GetTableIamPolicyAsync(view, cancellationToken);
                policy.Bindings ??= [];
                if (!change(policy.Bindings))
                {
                    return false;
                }

                try
                {
                    await client.SetTableIamPolicyAsync(view, policy, cancellationToken);
                    return true;
                }
                catch (WarehouseException exception)
                    when (exception.Refusal.Kind is RefusalKind.Changed && tries < MostTries)
                {
                    // Read again, and decide again.
                }
            }
        }
        catch (WarehouseException exception)
        {
            return exception.Refusal;
        }
    }

    private static bool IsOfRole(IamBinding binding) =>
        string.Equals(binding.Role, Role, StringComparison.Ordinal) && !binding.IsConditional;
}

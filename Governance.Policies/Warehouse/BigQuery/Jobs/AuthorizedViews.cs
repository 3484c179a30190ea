using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Jobs;

/// <summary>
/// Lets views read a dataset for people who may not: its access list is read, changed and written by its etag, and read again where
/// somebody else was faster. https://cloud.google.com/bigquery/docs/authorized-views
/// </summary>
internal sealed class AuthorizedViews(BigQueryClient client)
{
    // https://cloud.google.com/bigquery/quotas#dataset_limits
    private const int MostAuthorized = 2500;
    private const int MostTries = 10;

    /// <summary>Authorizes a view on the dataset that it reads. Doing it again changes nothing.</summary>
    /// <returns>Whether the list was changed.</returns>
    public Task<Answer<bool>> AuthorizeAsync(
        DatasetReference source,
        TableReference view,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            source,
            access =>
            {
                if (access.Any(entry => entry.View == view))
                {
                    return false;
                }

                if (access.Count(entry => entry.IsAuthorization) >= MostAuthorized)
                {
                    throw new WarehouseException(
                        new Refusal(
                            RefusalKind.Invalid,
                            "too_many_views",
                            $"Dataset {source} authorizes {MostAuthorized} views, which is the most: revoke grants, or authorize a whole dataset."
                        )
                    );
                }

                access.Add(new AccessEntry { View = view });
                return true;
            },
            cancellationToken
        );

    /// <summary>
    /// Takes a view's authorization away; before the view itself is dropped. Doing it again changes nothing. BigQuery may let the view read
    /// for up to a day after: the name is not to be used again.
    /// </summary>
    /// <returns>Whether the list was changed.</returns>
    public Task<Answer<bool>> UnauthorizeAsync(
        DatasetReference source,
        TableReference view,
        CancellationToken cancellationToken
    ) => ChangeAsync(source, access => RemoveViews(access, view.Equals), cancellationToken);

    private async Task<Answer<bool>> ChangeAsync(
        DatasetReference source,
        Func<IList<AccessEntry>, bool> change,
        CancellationToken cancellationToken
    )
    {
        var gone = new HashSet<TableReference>();
        try
        {
            for (var tries = 1; ; tries++)
            {
                var dataset =
                    await client.FindDatasetAsync(source, cancellationToken)
                    ?? throw new WarehouseException(
                        new Refusal(RefusalKind.Gone, BigQueryErrors.NotFound, $"Dataset {source} is not there.")
                    );
                var access = dataset.Access ?? [];
                RemoveViews(access, gone.Contains);
                if (!change(access))
                {
                    return false;
                }

                try
                {
                    await client.PatchDatasetAsync(
                        source,
                        new DatasetResource { Access = access },
                        dataset.Etag!,
                        cancellationToken
                    );
                    return true;
                }
                catch (WarehouseException exception)
                    when (exception.Refusal.Kind is RefusalKind.Changed && tries < MostTries)
                {
                    // Read again, and decide again.
                }
                catch (WarehouseException exception)
                    when (exception.Refusal.Kind is RefusalKind.Gone && gone.Count is 0 && tries < MostTries)
                {
                    // A view that was dropped while it was authorized makes every change of the list fail.
                    await FindGoneAsync(access, gone, cancellationToken);
                    if (gone.Count is 0)
                    {
                        throw;
                    }
                }
            }
        }
        catch (WarehouseException exception)
        {
            return exception.Refusal;
        }
    }

    private async Task FindGoneAsync(
        IList<AccessEntry> access,
        HashSet<TableReference> gone,
        CancellationToken cancellationToken
    )
    {
        foreach (var view in access.Select(entry => entry.View).OfType<TableReference>())
        {
            if (await client.FindTableAsync(view, cancellationToken) is null)
            {
                gone.Add(view);
            }
        }
    }

    private static bool RemoveViews(IList<AccessEntry> access, Func<TableReference, bool> which)
    {
        var removed = false;
        for (var place = access.Count - 1; place >= 0; place--)
        {
            if (access[place].View is { } view && which(view))
            {
                access.RemoveAt(place);
                removed = true;
            }
        }

        return removed;
    }
}

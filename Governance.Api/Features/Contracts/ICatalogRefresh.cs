namespace Governance.Api.Features.Contracts;

/// <summary>Takes over what other processes published. Where that must not be missed by a second, it is called before the catalog is read.</summary>
internal interface ICatalogRefresh
{
    /// <summary>All that was published when this was called is in force in this process when it returns.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);
}

/// <summary>For whoever brings a catalog of its own.</summary>
internal sealed class NoCatalogRefresh : ICatalogRefresh
{
    public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

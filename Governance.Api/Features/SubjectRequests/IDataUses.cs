namespace Governance.Api.Features.SubjectRequests;

/// <summary>What datasets are used for, and by whom, as a person who asks has to be told (GDPR Art. 15(1)). Whoever keeps the grants registers it.</summary>
internal interface IDataUses
{
    /// <summary>The uses of some datasets that were granted, whether they are over or not.</summary>
    Task<IReadOnlyList<DataUse>> ReadAsync(IReadOnlyCollection<string> datasets, CancellationToken cancellationToken);
}

/// <summary>A use.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Recipients">The roles of those who hold or held it; no names.</param>
/// <param name="Until">When the last of it ends, or ended.</param>
internal sealed record DataUse(string Dataset, string Purpose, IReadOnlyList<string> Recipients, DateTimeOffset Until);

/// <summary>Nobody keeps grants.</summary>
internal sealed class NoDataUses : IDataUses
{
    public Task<IReadOnlyList<DataUse>> ReadAsync(
        IReadOnlyCollection<string> datasets,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<DataUse>>([]);
}

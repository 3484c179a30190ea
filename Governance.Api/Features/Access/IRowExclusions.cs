using System.Collections.Immutable;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.Access;

/// <summary>Whose rows issued views leave out, whatever was granted. Whoever knows it registers it.</summary>
internal interface IRowExclusions
{
    /// <summary>
    /// How the names of the key sets begin whose people a view over a dataset leaves out (<see cref="Governance.Policies.Views.ViewDefinition.Without"/>);
    /// empty where nobody is, so that nothing is asked of its rows.
    /// </summary>
    Task<ImmutableArray<string>> OfAsync(Dataset dataset, string purpose, CancellationToken cancellationToken);

    /// <summary>The key sets in force whose names begin so.</summary>
    Task<IReadOnlyCollection<string>> KeySetsAsync(
        ImmutableArray<string> prefixes,
        CancellationToken cancellationToken
    );
}

/// <summary>Nobody is left out.</summary>
internal sealed class NoRowExclusions : IRowExclusions
{
    public Task<ImmutableArray<string>> OfAsync(Dataset dataset, string purpose, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<string>>([]);

    public Task<IReadOnlyCollection<string>> KeySetsAsync(
        ImmutableArray<string> prefixes,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyCollection<string>>([]);
}

using Governance.Masking.Contracts;

namespace Governance.Api.Features.Revealing;

/// <summary>Of whom nothing may be revealed at present, whatever was granted. Whoever knows it registers it.</summary>
internal interface IRevealLimits
{
    /// <summary>Of some surrogates, those of people who restricted the processing of their data, or objected to a purpose.</summary>
    /// <param name="dataset">The dataset that values are revealed of.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="surrogates">Surrogates of identifiers.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    Task<IReadOnlySet<Guid>> AmongAsync(
        Dataset dataset,
        string purpose,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    );
}

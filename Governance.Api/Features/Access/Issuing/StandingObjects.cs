using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>Views and row rules as they stand in the warehouse at one moment; views are looked up one by one, or all at once.</summary>
internal sealed class StandingObjects
{
    private readonly IViewIssuer _issuer;
    private readonly Dictionary<string, IssuedView>? _views;

    private StandingObjects(IViewIssuer issuer, IEnumerable<IssuedView>? views)
    {
        _issuer = issuer;
        _views = views?.ToDictionary(view => view.Name, StringComparer.Ordinal);
    }

    /// <summary>Looks only at what is asked for.</summary>
    public static StandingObjects OneByOne(IViewIssuer issuer) => new(issuer, null);

    /// <summary>Looks at all that stands: needed to find what nobody granted.</summary>
    public static async Task<StandingObjects> AllAsync(IViewIssuer issuer, CancellationToken cancellationToken) =>
        new(issuer, await issuer.ReadViewsAsync(cancellationToken));

    /// <summary>All views; <see langword="null"/> where only single ones are looked at.</summary>
    public IReadOnlyCollection<IssuedView>? Views => _views?.Values;

    /// <summary>A view; <see langword="null"/> where there is none.</summary>
    public async Task<IssuedView?> FindViewAsync(string name, CancellationToken cancellationToken) =>
        _views is null ? await _issuer.FindViewAsync(name, cancellationToken) : _views.GetValueOrDefault(name);

    /// <summary>The row rules of a dataset, by name.</summary>
    public async Task<Dictionary<string, IssuedRowRule>> RulesAsync(
        Dataset dataset,
        CancellationToken cancellationToken
    ) =>
        (await _issuer.ReadRowRulesAsync(dataset, cancellationToken)).ToDictionary(
            rule => rule.Name,
            StringComparer.Ordinal
        );
}

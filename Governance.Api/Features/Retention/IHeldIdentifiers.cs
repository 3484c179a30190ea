using Governance.Masking.Vault;

namespace Governance.Api.Features.Retention;

/// <summary>Whose rows must stay, though their time is over.</summary>
internal interface IHeldIdentifiers
{
    /// <summary>The identifiers of people whose rows in a dataset a legal hold keeps.</summary>
    Task<IReadOnlyCollection<IdentifierKey>> InAsync(string dataset, CancellationToken cancellationToken);
}

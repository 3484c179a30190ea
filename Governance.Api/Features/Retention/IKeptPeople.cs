using Governance.Policies.Warehouse;

namespace Governance.Api.Features.Retention;

/// <summary>Whose rows must stay, though their time is over.</summary>
internal interface IKeptPeople
{
    /// <summary>People whose rows in a dataset a legal hold keeps, or who restricted the processing of their data: it is stored, and nothing else.</summary>
    Task<IReadOnlyCollection<LinkedIdentifier>> InAsync(string dataset, CancellationToken cancellationToken);
}

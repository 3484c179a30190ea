using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Features.Contracts.PublishContract;

/// <summary>Publishes a contract, or a new version of it.</summary>
/// <param name="Id">The id in the address.</param>
/// <param name="Body">The YAML document's bytes.</param>
/// <param name="Actor">Who publishes.</param>
internal sealed record PublishContractRequest(string Id, byte[] Body, string Actor)
    : IRequest<Result<PublishContractAnswer>>;

/// <summary>What was published.</summary>
/// <param name="Contract">The contract in force.</param>
/// <param name="Changed">Whether it differs from what was in force before.</param>
/// <param name="LessProtected">Where it protects less than the version before; the ledger names these too.</param>
/// <param name="IsNew">Whether there was none of this id; not part of the answer's body.</param>
internal sealed record PublishContractAnswer(
    ContractSummary Contract,
    bool Changed,
    IReadOnlyList<LessProtected> LessProtected,
    [property: System.Text.Json.Serialization.JsonIgnore] bool IsNew
);

/// <summary>A column, or a dataset's rows where the column is empty, that is less protected than before.</summary>
internal sealed record LessProtected(string Dataset, string Column, string Was, string Becomes);

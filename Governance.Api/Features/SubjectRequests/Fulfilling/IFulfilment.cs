using Governance.Api.Features.SubjectRequests.Requests;

namespace Governance.Api.Features.SubjectRequests.Fulfilling;

/// <summary>What one kind of request comes to. Each step begins from what is stored, so that it can be cut off anywhere and run again.</summary>
internal interface IFulfilment
{
    /// <summary>Whether it is for this type.</summary>
    bool IsFor(string type);

    /// <summary>Carries it out, inside the write gate, and moves the request on to <see cref="RequestState.Verifying"/>.</summary>
    Task ExecuteAsync(Guid requestId, CancellationToken cancellationToken);

    /// <summary>Verifies it, and gives each item its verdict.</summary>
    /// <returns><see langword="false"/> where it has to be carried out again; the request was moved back then.</returns>
    Task<bool> VerifyAsync(Guid requestId, CancellationToken cancellationToken);
}

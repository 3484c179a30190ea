using Governance.Api.Http;
using Governance.Api.Pipeline;

namespace Governance.Api.Features.SubjectRequests.Holds;

/// <summary>Why a person's rows must not be erased for now.</summary>
/// <param name="Reason">The ground (GDPR Art. 17(3)), in 3 to 1,000 characters. Name no personal value in it.</param>
/// <param name="Datasets">The tables; absent or empty for every table.</param>
/// <param name="Until">When it ends by itself; absent where it lasts until it is released.</param>
internal sealed record HoldBody(string Reason, IReadOnlyList<string>? Datasets = null, DateTimeOffset? Until = null);

/// <summary>Why a hold ends.</summary>
/// <param name="Reason">Why, in 3 to 1,000 characters. Name no personal value in it.</param>
/// <param name="Hold">The hold; absent for all that were placed through the request.</param>
internal sealed record ReleaseBody(string Reason, Guid? Hold = null);

internal sealed class HoldValidator : IRequestValidator<HoldCommand>, IRequestValidator<ReleaseCommand>
{
    public IEnumerable<Fault> Validate(HoldCommand request) =>
        Validate(request.Body.Reason, "A hold carries its ground, in 3 to 1,000 characters.");

    public IEnumerable<Fault> Validate(ReleaseCommand request) =>
        Validate(request.Body.Reason, "A release carries its reason, in 3 to 1,000 characters.");

    private static IEnumerable<Fault> Validate(string? reason, string message)
    {
        if (reason?.Trim().Length is null or < 3 or > 1000)
        {
            yield return new Fault("reason", "wrong_length", message);
        }
    }
}

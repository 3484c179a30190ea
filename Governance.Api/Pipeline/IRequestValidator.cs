using Governance.Api.Http;

namespace Governance.Api.Pipeline;

/// <summary>Checks a request before its handler runs; found by reflection. All faults at once.</summary>
internal interface IRequestValidator<in TRequest>
{
    IEnumerable<Fault> Validate(TRequest request);
}

using Governance.Api.Configuration;

namespace Governance.Api.Features.SubjectRequests.Fulfilling;

/// <summary>Wakes the worker that carries out requests other than erasures.</summary>
internal sealed class FulfilSignal : WorkSignal;

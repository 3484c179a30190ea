using Governance.Api.Configuration;

namespace Governance.Api.Features.SubjectRequests.Erasure;

/// <summary>Wakes the worker that carries out requests.</summary>
internal sealed class ErasureSignal : WorkSignal;

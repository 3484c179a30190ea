using Governance.Api.Configuration;

namespace Governance.Api.Features.Access.Issuing;

/// <summary>Wakes the worker that carries out grants.</summary>
internal sealed class GrantSignal : WorkSignal;

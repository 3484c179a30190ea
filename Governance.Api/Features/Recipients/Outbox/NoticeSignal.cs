using Governance.Api.Configuration;

namespace Governance.Api.Features.Recipients.Outbox;

/// <summary>Wakes the worker that sends notices.</summary>
internal sealed class NoticeSignal : WorkSignal;

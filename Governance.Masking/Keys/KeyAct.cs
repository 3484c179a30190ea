namespace Governance.Masking.Keys;

/// <summary>How an act upon the keys is done.</summary>
/// <param name="Force">Does what would be refused because it is not safe: it may make data unreadable.</param>
/// <param name="Record">
/// Told of the key (where the act is about one) once all checks have passed, before anything is changed; a throw stops the act.
/// </param>
public sealed record KeyAct(bool Force = false, Func<uint?, CancellationToken, Task>? Record = null)
{
    internal Task RecordAsync(uint? keyId, CancellationToken cancellationToken) =>
        Record?.Invoke(keyId, cancellationToken) ?? Task.CompletedTask;
}

using System.Globalization;
using Governance.Api.Features.Health;
using Governance.Masking.Keys;

namespace Governance.Api.Parts;

/// <summary>Whether the keys may be used, and for how long still.</summary>
internal sealed class KeysHealth(TenantKeys keys) : IHealthPart
{
    public string Name => "keys";

    public ValueTask<PartState> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Check());

    private PartState Check()
    {
        var words = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"primary key {keys.PrimaryKeyId}"),
        };
        if (keys.WrappedBy is { } version)
        {
            words.Add($"wrapped by {version}");
        }

        if (keys.ReloadFault is { } refused)
        {
            // It still works, with the keyset before; taking it out of service would help nobody.
            words.Add($"the changed keyset is refused: {refused}");
        }

        switch (keys.Life)
        {
            case { IsUsable: false } ended:
                var since = ended.IsWithdrawn ? ended.MissedSince ?? ended.ConfirmedAt : ended.EndsAt;
                return PartState.Down(
                    $"Masking and revealing pause since {Text(since)}: the keys were confirmed last at {Text(ended.ConfirmedAt)}. They go on by themselves once Cloud KMS confirms the keys. {ended.Fault}".TrimEnd()
                );
            case { MissedSince: { } away } life:
                words.Add($"not confirmed since {Text(away)}, cached keys end at {Text(life.EndsAt)}: {life.Fault}");
                break;
            case { } life:
                words.Add($"confirmed at {Text(life.ConfirmedAt)}");
                break;
            default:
                break;
        }

        return PartState.Up with
        {
            Detail = string.Join("; ", words),
        };
    }

    private static string Text(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

using Governance.Api.Configuration;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Health.Ready;

/// <summary>Asks all parts at once, each for a limited time.</summary>
internal sealed partial class PartChecks(
    IEnumerable<IHealthPart> parts,
    IOptions<GovernanceOptions> options,
    TimeProvider time,
    ILogger<PartChecks> logger
)
{
    public async Task<IReadOnlyList<PartAnswer>> RunAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(
            parts.OrderBy(part => part.Name, StringComparer.Ordinal).Select(part => AskAsync(part, cancellationToken))
        );

    private async Task<PartAnswer> AskAsync(IHealthPart part, CancellationToken cancellationToken)
    {
        var limit = options.Value.HealthTimeout;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // A part that blocks its thread or overlooks the token must not hold up the answer.
            var check = Task.Run(() => part.CheckAsync(limited.Token).AsTask(), CancellationToken.None);
            var state = await check.WaitAsync(limit, time, cancellationToken);
            return new PartAnswer(part.Name, state.IsUp ? "up" : "down", state.Detail);
        }
        catch (TimeoutException)
        {
            await limited.CancelAsync();
            return new PartAnswer(part.Name, "down", $"It did not answer within {limit.TotalSeconds:0.#} s.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogDown(logger, part.Name, exception.GetType().Name);
            return new PartAnswer(part.Name, "down", "It failed when it was asked; the log says how.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The part {Part} failed its check: {Kind}")]
    private static partial void LogDown(ILogger logger, string part, string kind);
}

using MediatR;

namespace Governance.Api.Pipeline;

/// <summary>Logs how long a use case took: its name, never its content.</summary>
internal sealed partial class Timing<TRequest, TResponse>(TimeProvider time, ILogger<Timing> logger)
    : IPipelineBehavior<TRequest, TResponse>
{
    public async Task<TResponse> Handle(
        TRequest request,
        CancellationToken cancellationToken,
        RequestHandlerDelegate<TResponse> next
    )
    {
        var start = time.GetTimestamp();
        try
        {
            return await next();
        }
        finally
        {
            Timing.LogDuration(logger, typeof(TRequest).Name, time.GetElapsedTime(start).TotalMilliseconds);
        }
    }
}

/// <summary>The log category and the message of <see cref="Timing{TRequest, TResponse}"/>.</summary>
internal sealed partial class Timing
{
    [LoggerMessage(LogLevel.Debug, "{UseCase} took {Milliseconds:F1} ms")]
    public static partial void LogDuration(ILogger logger, string useCase, double milliseconds);
}

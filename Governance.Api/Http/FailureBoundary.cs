using System.Globalization;
using System.Text;
using Governance.Api.Storage.Postgres;
using Governance.Masking;
using Governance.Masking.Keys;
using Governance.Policies.Warehouse;

namespace Governance.Api.Http;

/// <summary>Nothing that is thrown passes here: clients get a problem, the log gets type and stack, nobody gets a message.</summary>
internal sealed partial class FailureBoundary(RequestDelegate next, ILogger<FailureBoundary> logger)
{
    private static readonly Failure KeysUnavailable = Failure.Unavailable(
        "keys_unavailable",
        "The keys cannot be used at present, because the service that keeps them is away or has not confirmed them; nothing was changed.",
        "Try again later. /health/ready says of the part keys since when, and what is to be done."
    );

    private static readonly Failure StateAway = Failure.Unavailable(
        "state_away",
        "PostgreSQL, which keeps the state, cannot answer at this moment. What was asked may have been done, or not.",
        "Look whether it was done, and ask again in a while; /health/ready says how the state is."
    );

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; nobody reads an answer.
            context.Abort();
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, ProblemOfBadRequest.Create(exception));
        }
        catch (WarehouseException exception) when (exception.Refusal.IsTransient)
        {
            LogFailure(logger, Trail(exception));
            await AnswerAsync(
                context,
                Problem.From(
                    Failure.Unavailable(
                        exception.Refusal.Code,
                        "The warehouse cannot answer at this moment. Nothing was changed.",
                        "Try again in a while; /health/ready says how the warehouse is."
                    )
                )
            );
        }
        catch (StartupException exception)
            when (exception is KeysUnavailableException or KeyMaterialException { IsWithdrawn: true })
        {
            // Readiness and the log of the keys say why; to a client it is a part that is away.
            await AnswerAsync(context, Problem.From(KeysUnavailable));
        }
        catch (Exception exception) when (PostgresConnections.IsPassing(exception))
        {
            LogFailure(logger, Trail(exception));
            await AnswerAsync(context, Problem.From(StateAway));
        }
        catch (Exception exception)
        {
            LogFailure(logger, Trail(exception));
            await AnswerAsync(context, ProblemOfStatus.Create(StatusCodes.Status500InternalServerError));
        }
    }

    private static async Task AnswerAsync(HttpContext context, Problem problem)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        await problem.ExecuteAsync(context);
    }

    // Types and stacks of the whole chain, and what a warehouse refused; messages of drivers and parsers may quote personal data.
    private static string Trail(Exception exception)
    {
        var text = new StringBuilder();
        for (var current = exception; current is not null; current = current.InnerException)
        {
            text.Append(current.GetType().FullName);
            if (current is WarehouseException { Refusal: { Kind: var kind, Code: var code } })
            {
                text.Append(CultureInfo.InvariantCulture, $" ({kind}, {code})");
            }

            text.AppendLine().AppendLine(current.StackTrace);
        }

        return text.ToString();
    }

    [LoggerMessage(LogLevel.Error, "A request failed: {Trail}")]
    private static partial void LogFailure(ILogger logger, string trail);
}

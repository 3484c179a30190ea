using Governance.Api.Configuration;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.SubjectRequests.Clocks;
using Governance.Api.Features.SubjectRequests.List;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Deadlines;

/// <summary>
/// Warns of requests whose legal deadline is near, and of those that have passed it: in the log and in the ledger, once for each request
/// and threshold, however many processes watch.
/// </summary>
internal sealed partial class DeadlineWatch(
    IStateStore state,
    DueRequests due,
    ILedger ledger,
    TimeProvider time,
    IOptions<OfficeOptions> options,
    ILogger<DeadlineWatch> logger
) : Worker
{
    private const string Actor = "system:deadlines";

    /// <summary>Looks once.</summary>
    /// <returns>How many warnings it gave.</returns>
    public Task<int> LookAsync(CancellationToken cancellationToken) =>
        state.WriteAsync(
            async db =>
            {
                var given = 0;
                foreach (var request in await due.FindAsync(db, cancellationToken))
                {
                    given += await WarnAsync(db, request, cancellationToken) ? 1 : 0;
                }

                return given;
            },
            cancellationToken
        );

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogWatchFailed(exception.GetType().Name);
            }

            await Task.Delay(options.Value.DeadlineCheckInterval, time, stoppingToken);
        }
    }

    private async Task<bool> WarnAsync(StateDbContext db, DueRequest request, CancellationToken cancellationToken)
    {
        var day = LegalClock.Text(request.On);
        if (await db.FindAsync<DeadlineNotice>([request.Id, request.Due, day], cancellationToken) is not null)
        {
            return false;
        }

        db.Add(
            new DeadlineNotice
            {
                RequestId = request.Id,
                Due = request.Due,
                DueOn = day,
                At = time.GetUtcNow(),
            }
        );
        var isLate = request.Due == DueStates.Late;
        await ledger.AppendAsync(
            db,
            new LedgerFact(
                Actor,
                isLate ? "subject-request.late" : "subject-request.due-soon",
                $"subject-request/{request.Id}",
                new LedgerDetails { { "due", day } }
            ),
            cancellationToken
        );
        db.AfterCommit(() =>
        {
            if (isLate)
            {
                LogLate(request.Id, day);
            }
            else
            {
                LogSoon(request.Id, day);
            }
        });
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Subject request {RequestId} is due on {Due}.")]
    private partial void LogSoon(Guid requestId, string due);

    [LoggerMessage(LogLevel.Error, "Subject request {RequestId} was due on {Due} and is late.")]
    private partial void LogLate(Guid requestId, string due);

    [LoggerMessage(LogLevel.Error, "Deadlines could not be looked at: {Fault}. It is tried again.")]
    private partial void LogWatchFailed(string fault);
}

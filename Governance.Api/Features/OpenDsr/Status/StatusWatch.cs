using System.Text.Json;
using Governance.Api.Configuration;
using Governance.Api.Features.OpenDsr.Requests;
using Governance.Api.Features.OpenDsr.Signing;
using Governance.Api.Features.Recipients;
using Governance.Api.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.OpenDsr.Status;

/// <summary>
/// Tells controllers of each new status: it puts their callbacks into the outbox, in the transaction that keeps what they were told.
/// </summary>
internal sealed partial class StatusWatch(
    IStateStore state,
    OpenDsrDesk desk,
    IRecipientNotices notices,
    TimeProvider time,
    IOptions<OpenDsrOptions> options,
    ILogger<StatusWatch> logger
) : Worker
{
    /// <summary>Looks once at all requests that are not over.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var open = await state.ReadAsync(
            db => db.Set<OpenDsrRequest>().Where(one => !one.IsOver).ToListAsync(cancellationToken),
            cancellationToken
        );
        foreach (var row in open)
        {
            var status = await desk.StatusAsync(row, cancellationToken);
            if (status.RequestStatus != row.Told)
            {
                await state.WriteAsync(db => TellAsync(db, status, cancellationToken), cancellationToken);
            }
        }
    }

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

            await Task.Delay(options.Value.StatusInterval, time, stoppingToken);
        }
    }

    private async Task TellAsync(StateDbContext db, OpenDsrStatus status, CancellationToken cancellationToken)
    {
        var row = await db.Set<OpenDsrRequest>()
            .SingleAsync(
                one => one.Controller == status.ControllerId && one.SubjectRequestId == status.SubjectRequestId,
                cancellationToken
            );
        if (row.Told == status.RequestStatus)
        {
            return;
        }

        row.Told = status.RequestStatus;
        row.IsOver = status.RequestStatus is OpenDsrDesk.Completed or OpenDsrDesk.Cancelled;
        foreach (var url in row.Callbacks)
        {
            var body = JsonSerializer.Serialize(
                status with
                {
                    StatusCallbackUrl = url,
                    Receipt = null,
                },
                OpenDsrAnswers.Json
            );
            await notices.AddOneAsync(
                db,
                new AddressedNotice(
                    row.RequestId,
                    // A request that goes back to a person is pending once more, and that is told, too.
                    $"opendsr.{status.RequestStatus}.{time.GetUtcNow().ToUnixTimeMilliseconds()}",
                    CallbackSender.CallbackKind,
                    row.Controller,
                    url,
                    body
                ),
                cancellationToken
            );
        }
    }

    [LoggerMessage(LogLevel.Error, "Statuses could not be looked at: {Fault}. It is tried again.")]
    private partial void LogWatchFailed(string fault);
}

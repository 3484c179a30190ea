using Governance.Api.Http;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Governance.Api.Features.Retention.ReadRetention;

/// <summary>How long each dataset's rows are kept, how many have been kept too long, and the last passes.</summary>
internal sealed record RetentionQuery : IRequest<Result<RetentionAnswer>>;

/// <summary>The answer.</summary>
internal sealed record RetentionAnswer(IReadOnlyList<DatasetRetention> Datasets);

/// <summary>A dataset's retention.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Period">How long its rows are kept, as <c>6y</c>; absent where the contract says nothing.</param>
/// <param name="Action">What becomes of them then: <c>delete</c> or <c>clear</c>.</param>
/// <param name="Before">Rows whose event is older are taken away by today's pass.</param>
/// <param name="Expired">How many such rows stand there now.</param>
/// <param name="Runs">The last passes, newest first.</param>
internal sealed record DatasetRetention(
    string Dataset,
    string? Period,
    string? Action,
    DateTimeOffset? Before,
    long? Expired,
    IReadOnlyList<RetentionRunView> Runs
);

/// <summary>A pass over a dataset.</summary>
internal sealed record RetentionRunView(
    string JobId,
    DateTimeOffset Before,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string Verdict,
    string? Code,
    long? RowsBefore,
    long? Matched,
    long? RowsAfter,
    long? MatchedAfter,
    bool? ControlUnchanged
);

internal sealed class RetentionHandler(
    IContractCatalogSource contracts,
    IWarehouse warehouse,
    IStateStore state,
    TimeProvider time
) : IRequestHandler<RetentionQuery, Result<RetentionAnswer>>
{
    private const int Shown = 10;

    public async Task<Result<RetentionAnswer>> Handle(RetentionQuery request, CancellationToken cancellationToken)
    {
        List<DatasetRetention> datasets = [];
        foreach (var dataset in contracts.Current.Datasets)
        {
            datasets.Add(await OfAsync(dataset, cancellationToken));
        }

        return new RetentionAnswer(datasets);
    }

    private async Task<DatasetRetention> OfAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (dataset.Retention is not { } period)
        {
            return new DatasetRetention(dataset.Name, null, null, null, null, []);
        }

        var before = RetentionClock.Before(period, time.GetUtcNow());
        var expired = await warehouse.CountAsync(RetentionPasses.Job(dataset, "look", before), cancellationToken);
        var runs = await state.ReadAsync(
            db =>
                db.Set<RetentionRun>()
                    .Where(run => run.Dataset == dataset.Name)
                    .OrderByDescending(run => run.StartedAt)
                    .Take(Shown)
                    .Select(run => new RetentionRunView(
                        run.JobId,
                        run.Before,
                        run.StartedAt,
                        run.EndedAt,
                        run.Verdict,
                        run.Code,
                        run.RowsBefore,
                        run.Matched,
                        run.RowsAfter,
                        run.MatchedAfter,
                        run.ControlUnchanged
                    ))
                    .ToListAsync(cancellationToken),
            cancellationToken
        );
        return new DatasetRetention(
            dataset.Name,
            RetentionClock.Text(period),
            RetentionPasses.ActionOf(dataset) is ErasureAction.Clear ? "clear" : "delete",
            before,
            expired.Matched,
            runs
        );
    }
}

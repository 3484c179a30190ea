using System.Collections.Immutable;
using Governance.Api.Configuration;
using Governance.Api.Features.Access.Grants;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb.Following;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Access.Follow;

/// <summary>
/// Fills the feeds: each batch that has landed is shown through the views of the grants that somebody follows. Before it shows anything, and
/// every second, it looks whether the grants stand, what they show, and whose rows are left out. Where it cannot tell, feeds end.
/// </summary>
internal sealed partial class FollowWorker(
    GrantFeeds feeds,
    LandedBatches landed,
    GrantStore grants,
    IContractCatalogSource contracts,
    IRowExclusions exclusions,
    IWarehouse warehouse,
    TimeProvider time,
    IOptions<FollowOptions> options,
    IHostApplicationLifetime lifetime,
    ILogger<FollowWorker> logger
) : Worker
{
    private readonly Dictionary<Guid, ViewDefinition> _views = [];
    private readonly Dictionary<string, ImmutableHashSet<string>> _keySets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shaped = new(StringComparer.Ordinal);
    private ViewWindow? _window;
    private DateTimeOffset _checkedAt = DateTimeOffset.MinValue;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        // Streams are open requests: the server would wait for them before it stops.
        await using var closing = lifetime.ApplicationStopping.Register(feeds.Close);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await StepAsync(stoppingToken);
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    // Its message may quote a row.
                    LogFailed((exception as WarehouseException)?.Refusal.Code ?? exception.GetType().Name);
                    EndAll(FeedEnd.Unavailable);
                }
            }
        }
        finally
        {
            feeds.Close();
            _window?.Dispose();
        }
    }

    private async Task StepAsync(CancellationToken stop)
    {
        using var pause = new CancellationTokenSource(options.Value.CheckInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, stop);
        LandedBatch? batch = null;
        try
        {
            batch = await landed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Nothing has landed: time to look.
        }

        if (time.GetUtcNow() - _checkedAt >= options.Value.CheckInterval || feeds.All.Any(IsNew))
        {
            await CheckAsync(stop);
        }

        if (batch is not null)
        {
            await ShowAsync(batch, stop);
        }

        foreach (var dataset in landed.TakeMissed())
        {
            foreach (var feed in feeds.All.Where(feed => feed.Dataset == dataset))
            {
                feed.AddGap();
            }
        }
    }

    private bool IsNew(GrantFeed feed) => feed.End is null && !_views.ContainsKey(feed.Grant);

    /// <summary>Looks at the grants of all feeds, and at the people who are left out.</summary>
    private async Task CheckAsync(CancellationToken stop)
    {
        foreach (var gone in feeds.Sweep())
        {
            Drop(gone.Grant);
        }

        var now = time.GetUtcNow();
        var alive = feeds.All;
        var ids = alive.Select(feed => feed.Grant).ToArray();
        var held =
            ids.Length == 0
                ? []
                : (await grants.ReadAsync(all => all.Where(grant => ids.Contains(grant.Id)), stop)).ToDictionary(
                    grant => grant.Id
                );
        foreach (var feed in alive)
        {
            feed.Age();
            var grant = held.GetValueOrDefault(feed.Grant);
            if (EndOf(grant, now) is { } end)
            {
                feed.Finish(end);
                Drop(feed.Grant);
            }
            else
            {
                await KeepAsync(feed, grant!, stop);
            }
        }

        _checkedAt = now;
        if (alive.Count == 0)
        {
            // Nobody follows: nothing is held.
            Reset();
        }
    }

    private static FeedEnd? EndOf(Grant? grant, DateTimeOffset now) =>
        grant switch
        {
            null or { End: GrantEnd.Revocation } => FeedEnd.Revoked,
            { End: GrantEnd.Expiry } => FeedEnd.Expired,
            _ when grant.Until <= now => FeedEnd.Expired,
            { State: GrantState.Applied or GrantState.Verified, Plan.SmallestGroup: null } => null,
            _ => FeedEnd.NotStanding,
        };

    // The view as it is issued: what the grant shows, until when, and without whom.
    private async Task KeepAsync(GrantFeed feed, Grant grant, CancellationToken stop)
    {
        if (contracts.Current.FindDataset(grant.Dataset) is not { } dataset)
        {
            feed.Finish(FeedEnd.NotStanding);
            Drop(grant.Id);
            return;
        }

        var without = await exclusions.OfAsync(dataset, grant.Purpose, stop);
        var view = grant.Plan.View(grant.ViewName, dataset, grant.Member, grant.Until, without);
        var isChanged = !_views.TryGetValue(grant.Id, out var known) || !IsSame(known, view);
        isChanged |= await LeaveOutAsync(grant.Id.ToString("N"), without, stop);
        if (!isChanged)
        {
            return;
        }

        var window = await WindowAsync(dataset, stop);
        var answer = window.Put(view);
        if (answer.Refusal is { } refusal)
        {
            feed.Finish(FeedEnd.NotShown(refusal.Message));
            Drop(grant.Id);
            return;
        }

        if (known is not null)
        {
            // What is held was shown by what held before.
            feed.Forget();
        }

        _views[grant.Id] = view;
    }

    /// <summary>Takes over the key sets that a grant's view leaves out.</summary>
    /// <returns>Whether they are others than before.</returns>
    private async Task<bool> LeaveOutAsync(string grant, ImmutableArray<string> without, CancellationToken stop)
    {
        var wanted = (await exclusions.KeySetsAsync(without, stop)).ToImmutableHashSet(StringComparer.Ordinal);
        var before = _keySets.GetValueOrDefault(grant, ImmutableHashSet<string>.Empty);
        if (wanted.SetEquals(before))
        {
            return false;
        }

        foreach (var name in wanted.Except(_keySets.Values.SelectMany(one => one)))
        {
            Window().PutKeys(name, await warehouse.ReadKeysAsync(name, stop));
        }

        _keySets[grant] = wanted;
        DropUnusedKeys(before);
        return true;
    }

    private void DropUnusedKeys(IEnumerable<string> before)
    {
        foreach (var name in before.Except(_keySets.Values.SelectMany(one => one), StringComparer.Ordinal))
        {
            _window?.DropKeys(name);
        }
    }

    private async Task<ViewWindow> WindowAsync(Dataset dataset, CancellationToken stop)
    {
        var window = Window();
        if (!_shaped.Contains(dataset.Name))
        {
            if (await warehouse.FindShapeAsync(dataset, stop) is { } shape)
            {
                window.Widen(dataset, shape);
            }

            _shaped.Add(dataset.Name);
        }

        return window;
    }

    private ViewWindow Window() => _window ??= new ViewWindow();

    private async Task ShowAsync(LandedBatch batch, CancellationToken stop)
    {
        var dataset = batch.Rows.Dataset;
        var readers = feeds
            .All.Where(feed => feed.Dataset == dataset.Name && feed.End is null && _views.ContainsKey(feed.Grant))
            .ToArray();
        if (readers.Length == 0)
        {
            return;
        }

        var window = await WindowAsync(dataset, stop);
        IReadOnlyDictionary<string, IReadOnlyList<string>> shown;
        try
        {
            shown = window.Show(batch.Source, batch.Rows, time.GetUtcNow());
        }
        catch (SinkSchemaException)
        {
            // The table's columns are others now than the window's: what it knows is let go of, and read anew.
            foreach (var feed in readers)
            {
                feed.AddGap();
                feed.Forget();
            }

            Reset();
            return;
        }

        foreach (var feed in readers)
        {
            if (shown.TryGetValue(_views[feed.Grant].Name, out var rows))
            {
                feed.Add(rows);
            }
        }
    }

    private void Drop(Guid grant)
    {
        if (_views.Remove(grant, out var view))
        {
            _window?.Remove(view.Name);
        }

        if (_keySets.Remove(grant.ToString("N"), out var keySets))
        {
            DropUnusedKeys(keySets);
        }
    }

    private void EndAll(FeedEnd end)
    {
        foreach (var feed in feeds.All)
        {
            feed.Finish(end);
        }

        feeds.Sweep();
        Reset();
    }

    private void Reset()
    {
        _window?.Dispose();
        _window = null;
        _views.Clear();
        _keySets.Clear();
        _shaped.Clear();
        _checkedAt = DateTimeOffset.MinValue;
    }

    // A record's own equality would compare lists by reference.
    private static bool IsSame(ViewDefinition one, ViewDefinition other) =>
        one.Until == other.Until
        && ReferenceEquals(one.Dataset, other.Dataset)
        && one.Condition.Equals(other.Condition)
        && one.Columns.SequenceEqual(other.Columns, StringComparer.Ordinal)
        && one.Readers.SequenceEqual(other.Readers, StringComparer.Ordinal)
        && one.Without.SequenceEqual(other.Without, StringComparer.Ordinal)
        && one.Generalized.Count == other.Generalized.Count
        && one.Generalized.All(pair => other.Generalized.TryGetValue(pair.Key, out var theirs) && theirs == pair.Value);

    [LoggerMessage(
        LogLevel.Error,
        "Rows could not be shown to those who follow: {Fault}. Their streams end; they may follow again."
    )]
    private partial void LogFailed(string fault);
}

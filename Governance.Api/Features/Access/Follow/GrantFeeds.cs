using System.Globalization;
using System.Security.Cryptography;
using Governance.Api.Features.Access.Grants;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Access.Follow;

/// <summary>The feeds that somebody reads, or has read a moment ago: one for each grant, made with its first reader.</summary>
internal sealed class GrantFeeds(LandedBatches landed, TimeProvider time, IOptions<FollowOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, GrantFeed> _feeds = [];
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private int _all;
    private volatile bool _isClosing;

    /// <summary>The feeds as they stand.</summary>
    public IReadOnlyList<GrantFeed> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _feeds.Values];
            }
        }
    }

    /// <summary>Takes a reader in.</summary>
    /// <returns>The reader's hold on the feed; or <see langword="null"/> where there are too many.</returns>
    public FeedHold? Enter(Grant grant)
    {
        lock (_lock)
        {
            var own = _readers.GetValueOrDefault(grant.Person);
            if (_all >= options.Value.MaxFollowers || own >= options.Value.MaxPerPerson)
            {
                return null;
            }

            if (!_feeds.TryGetValue(grant.Id, out var feed) || feed.End is not null)
            {
                _feeds[grant.Id] = feed = new GrantFeed(grant.Id, grant.Dataset, Epoch(), options.Value, time);
                landed.Follow(_feeds.Values.Select(one => one.Dataset));
            }

            if (_isClosing)
            {
                feed.Finish(FeedEnd.Closing);
            }

            _readers[grant.Person] = own + 1;
            _all++;
            feed.Enter();
            return new FeedHold(feed, () => Leave(feed, grant.Person));
        }
    }

    /// <summary>Lets go of feeds that have ended, or that nobody reads any more.</summary>
    public IReadOnlyList<GrantFeed> Sweep()
    {
        lock (_lock)
        {
            GrantFeed[] gone = [.. _feeds.Values.Where(feed => feed.End is not null || feed.IsLeft)];
            foreach (var feed in gone)
            {
                _feeds.Remove(feed.Grant);
            }

            landed.Follow(_feeds.Values.Select(one => one.Dataset));
            return gone;
        }
    }

    /// <summary>Ends all of them: the service stops.</summary>
    public void Close()
    {
        _isClosing = true;
        foreach (var feed in All)
        {
            feed.Finish(FeedEnd.Closing);
        }
    }

    private void Leave(GrantFeed feed, string person)
    {
        lock (_lock)
        {
            feed.Leave();
            _all--;
            if (--_readers[person] == 0)
            {
                _readers.Remove(person);
            }
        }
    }

    private static string Epoch() =>
        RandomNumberGenerator.GetInt32(int.MaxValue).ToString("x8", CultureInfo.InvariantCulture);
}

/// <summary>A reader's hold on a feed; dispose of it when the reader leaves.</summary>
internal sealed class FeedHold(GrantFeed feed, Action leave) : IDisposable
{
    private Action? _leave = leave;

    public GrantFeed Feed { get; } = feed;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}

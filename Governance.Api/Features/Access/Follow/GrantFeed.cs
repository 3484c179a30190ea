using System.Globalization;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Access.Follow;

/// <summary>
/// The rows of one grant, as its view shows them, held for a short time in a buffer that all of its readers share. Each reader has a
/// place in it and no queue of its own, so that a slow one costs nothing: its place falls out of the buffer, and it is told so.
/// </summary>
internal sealed class GrantFeed(Guid grant, string dataset, string epoch, FollowOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<Held> _held = [];
    private TaskCompletionSource _changed = New();
    private long _first = 1;
    private long _next = 1;
    private long _forgotten = 1;
    private long _bytes;
    private int _readers;
    private DateTimeOffset _leftAt = time.GetUtcNow();
    private FeedEnd? _end;

    public Guid Grant { get; } = grant;

    public string Dataset { get; } = dataset;

    /// <summary>Where the next row will stand.</summary>
    public long Next
    {
        get
        {
            lock (_lock)
            {
                return _next;
            }
        }
    }

    /// <summary>Why it has ended; <see langword="null"/> while it goes on.</summary>
    public FeedEnd? End
    {
        get
        {
            lock (_lock)
            {
                return _end;
            }
        }
    }

    /// <summary>Whether nobody has read for so long that nobody can come back.</summary>
    public bool IsLeft
    {
        get
        {
            lock (_lock)
            {
                return _readers == 0 && time.GetUtcNow() - _leftAt > options.ResumeWindow;
            }
        }
    }

    /// <summary>A row's id on the wire. Places of another run of the process, or of a feed that was left, have nothing in common with these.</summary>
    public string IdOf(long place) => string.Create(CultureInfo.InvariantCulture, $"{epoch}-{place}");

    /// <summary>The place behind a row's id; <see langword="null"/> where it is none of this feed.</summary>
    public long? After(string id) =>
        id.Split('-') is [var own, var text]
        && string.Equals(own, epoch, StringComparison.Ordinal)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
        && place < Next
            ? place + 1
            : null;

    public void Enter()
    {
        lock (_lock)
        {
            _readers++;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _readers--;
            _leftAt = time.GetUtcNow();
        }
    }

    /// <summary>Adds rows.</summary>
    public void Add(IReadOnlyList<string> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var row in rows)
            {
                Hold(row);
            }

            Wake();
        }
    }

    /// <summary>Says that rows are missing from here on.</summary>
    public void AddGap()
    {
        lock (_lock)
        {
            Hold(null);
            Wake();
        }
    }

    /// <summary>Forgets what is held: who has not read it yet is told that rows are missing.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _held.Clear();
            (_bytes, _first, _forgotten) = (0, _next, _next);
            Wake();
        }
    }

    /// <summary>Lets go of what has been held for long enough.</summary>
    public void Age()
    {
        lock (_lock)
        {
            var before = time.GetUtcNow() - options.ResumeWindow;
            while (_held.TryPeek(out var oldest) && oldest.At < before)
            {
                Drop();
            }
        }
    }

    /// <summary>Ends it for all readers, with this as their last event.</summary>
    public void Finish(FeedEnd end)
    {
        lock (_lock)
        {
            _end ??= end;
            _held.Clear();
            (_bytes, _first) = (0, _next);
            Wake();
        }
    }

    /// <summary>What there is from a place on.</summary>
    public FeedPage Read(long from, int atMost)
    {
        lock (_lock)
        {
            if (_end is not null)
            {
                return new FeedPage([], from, IsGap: false, _end);
            }

            if (from < _first)
            {
                return from < _forgotten
                    ? new FeedPage([], _first, IsGap: true, null)
                    : new FeedPage([], from, IsGap: false, FeedEnd.TooSlow);
            }

            var rows = new List<FeedRow>();
            foreach (var held in _held.Skip((int)(from - _first)).Take(atMost))
            {
                rows.Add(new FeedRow(from++, held.Json));
            }

            return new FeedPage(rows, from, IsGap: false, null);
        }
    }

    /// <summary>Waits until something has changed after a place was read.</summary>
    public Task ChangedAsync(long place)
    {
        lock (_lock)
        {
            return _end is not null || _next > place || place < _first ? Task.CompletedTask : _changed.Task;
        }
    }

    private void Hold(string? row)
    {
        _held.Enqueue(new Held(row, time.GetUtcNow()));
        _bytes += 2L * row?.Length ?? 0;
        _next++;
        while (_held.Count > options.BufferRows || (_bytes > options.BufferBytes && _held.Count > 1))
        {
            Drop();
        }
    }

    private void Drop()
    {
        var gone = _held.Dequeue();
        _bytes -= 2L * gone.Json?.Length ?? 0;
        _first++;
    }

    private void Wake()
    {
        _changed.TrySetResult();
        _changed = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Held(string? Json, DateTimeOffset At);
}

/// <summary>What a reader is given.</summary>
/// <param name="Rows">Rows in their order.</param>
/// <param name="Next">Where to read on.</param>
/// <param name="IsGap">Whether rows are missing before <paramref name="Next"/>.</param>
/// <param name="End">Why nothing comes any more.</param>
internal sealed record FeedPage(IReadOnlyList<FeedRow> Rows, long Next, bool IsGap, FeedEnd? End);

/// <summary>A row and its place.</summary>
/// <param name="Place">Its place.</param>
/// <param name="Json">The row as the view shows it; <see langword="null"/> where rows are missing.</param>
internal readonly record struct FeedRow(long Place, string? Json);

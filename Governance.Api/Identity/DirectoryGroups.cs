using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Governance.Api.Identity;

/// <summary>A person's groups, or why they could not be had (<see cref="GroupFaults"/>).</summary>
internal sealed record KnownGroups(IReadOnlyList<string> Ids, string? Fault)
{
    public static KnownGroups None(string fault) => new([], fault);
}

/// <summary>Asks the directory, once for all calls that come while it is asked, and remembers the answer for a while.</summary>
internal sealed class DirectoryGroups(MicrosoftGraph graph, IOptions<DirectoryOptions> options, TimeProvider time)
{
    private const int Most = 10_000;

    // A directory that does not answer is not asked by each call; it is asked soon again.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<DirectoryMember, Entry> _known = new();

    public async Task<KnownGroups> OfAsync(DirectoryMember member, CancellationToken cancellationToken)
    {
        if (_known.Count >= Most)
        {
            Forget();
        }

        var entry = _known.GetOrAdd(member, NewEntry);
        if (entry.IsOver(time))
        {
            var fresh = NewEntry(member);
            // Whoever was first asks; all others take that answer.
            entry =
                _known.TryUpdate(member, fresh, entry) ? fresh
                : _known.TryGetValue(member, out var others) ? others
                : fresh;
        }

        return await entry.Groups.Value.WaitAsync(cancellationToken);
    }

    private Entry NewEntry(DirectoryMember member)
    {
        Entry entry = null!;
        entry = new Entry(
            new Lazy<Task<KnownGroups>>(async () =>
            {
                var groups = await graph.GroupsOfAsync(member);
                entry.EndsAfter(time, groups.Fault is null ? options.Value.GroupsLifetime : s_pause);
                return groups;
            })
        );
        return entry;
    }

    private void Forget()
    {
        foreach (var (member, entry) in _known)
        {
            if (entry.IsOver(time) || _known.Count > Most)
            {
                _known.TryRemove(KeyValuePair.Create(member, entry));
            }
        }
    }

    private sealed class Entry(Lazy<Task<KnownGroups>> groups)
    {
        private long _from;
        private long _life = -1;

        public Lazy<Task<KnownGroups>> Groups => groups;

        // Counted from the answer on, by a clock that nobody sets.
        public void EndsAfter(TimeProvider time, TimeSpan life)
        {
            _from = time.GetTimestamp();
            Volatile.Write(ref _life, life.Ticks);
        }

        public bool IsOver(TimeProvider time) =>
            Volatile.Read(ref _life) is >= 0 and var life && time.GetElapsedTime(_from).Ticks >= life;
    }
}

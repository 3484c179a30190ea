using Bogus;

namespace Governance.Api.Sandbox.Generator;

/// <summary>
/// An energy supplier's customers and what happens to them. All of it follows from the settings: no clock, no other
/// randomness.
/// </summary>
internal sealed class DemoWorld
{
    private readonly DemoSettings _settings;
    private readonly DemoRecords _records;
    private readonly List<DemoPerson> _people = [];
    private readonly List<DemoMeter> _meters = [];
    private readonly List<DemoEvent> _history = [];

    public DemoWorld(DemoSettings settings, DemoSchemas schemas)
    {
        _settings = settings;
        _records = new DemoRecords(schemas);
        var faker = NewFaker(0);
        var population = new DemoPopulation(faker, settings, 0);
        Populate(faker, population);
        Tell(faker, population);
    }

    /// <summary>The people as they are at the history's end.</summary>
    public IReadOnlyList<DemoPerson> People => _people;

    /// <summary>Their meters, each with its account.</summary>
    public IReadOnlyList<DemoMeter> Meters => _meters;

    /// <summary>All that happened before the end of the history, in order of time.</summary>
    public IReadOnlyList<DemoEvent> History => _history;

    /// <summary>What happens afterwards, without end; each session tells something else.</summary>
    /// <param name="session">From 1, counted up at every start.</param>
    /// <param name="clock">Gives the time of each event.</param>
    public IEnumerable<DemoEvent> Live(int session, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(session, 1);
        var faker = NewFaker(session);
        var happenings = new DemoHappenings(faker, _records);
        var newcomers = new DemoNewcomers(faker, new DemoPopulation(faker, _settings, session), _records, happenings);
        var people = _people.ToList();
        var meters = _meters.ToList();
        while (true)
        {
            var now = clock.GetUtcNow();
            var meter = meters[faker.Random.Int(0, meters.Count - 1)];
            var days = Math.Max(0, (now - Start).TotalDays);
            switch (faker.Random.Int(1, 100))
            {
                case <= 75:
                    yield return happenings.Reading(meter, days, now);
                    break;
                case <= 85:
                    yield return happenings.Payment(meter.Account, people, now);
                    break;
                case <= 94:
                    yield return happenings.Message(meter, people, now);
                    break;
                case <= 97:
                    yield return happenings.Consent(people[faker.Random.Int(0, people.Count - 1)].Email, now);
                    break;
                default:
                    foreach (var happening in newcomers.Arrive(people, meters, now))
                    {
                        yield return happening;
                    }

                    break;
            }
        }
    }

    private DateTimeOffset Start => _settings.End.AddDays(-_settings.HistoryDays);

    private Faker NewFaker(int session) =>
        new("en_GB") { Random = new Randomizer(unchecked((_settings.Seed * 486_187_739) + session)) };

    private void Populate(Faker faker, DemoPopulation population)
    {
        while (_people.Count < _settings.Customers)
        {
            var household = population.Household(_settings.Customers - _people.Count);
            _people.AddRange(household);
            AddAccount(household[0]);
            if (household.Count > 2)
            {
                AddAccount(household[1]);
            }
        }

        SharePhones(faker);

        void AddAccount(DemoPerson holder)
        {
            var account = population.Account(holder);
            _meters.Add(population.Meter(account));
            if (faker.Random.Bool(0.08f))
            {
                _meters.Add(population.Meter(account));
            }
        }
    }

    // A parent and a grown child, elsewhere, give the same mobile number; in another spelling.
    private void SharePhones(Faker faker)
    {
        for (var i = 10; i + 5 < _people.Count; i += 20)
        {
            var (owner, other) = (_people[i], _people[i + 5]);
            var national = "0" + string.Concat(owner.Phone.Where(char.IsAsciiDigit)).TrimStart('4', '0');
            Replace(other, other with { Phones = [new DemoPhone("MOBILE", DemoNumbers.Written(faker, national))] });
        }
    }

    private void Tell(Faker faker, DemoPopulation population)
    {
        var happenings = new DemoHappenings(faker, _records);
        var events = new List<DemoEvent>();
        Introduce(happenings, events);
        for (var day = 1; day <= _settings.HistoryDays; day++)
        {
            var midnight = Start.AddDays(day - 1).AddHours(2);
            foreach (var meter in _meters)
            {
                events.Add(happenings.Reading(meter, day, Moment(faker, midnight, 4)));
            }

            for (var i = 0; i < Math.Max(1, _meters.Count / 18); i++)
            {
                var meter = _meters[faker.Random.Int(0, _meters.Count - 1)];
                events.Add(happenings.Payment(meter.Account, _people, Moment(faker, midnight, 20)));
                events.Add(happenings.Message(meter, _people, Moment(faker, midnight, 20)));
            }
        }

        ChangeEmails(faker, population, happenings, events);

        // A stable sort: what happened in one instant keeps the order in which it was told.
        _history.AddRange(events.OrderBy(happening => happening.Time));
    }

    private void Introduce(DemoHappenings happenings, List<DemoEvent> events)
    {
        var time = Start;
        events.AddRange(_people.Select(p => p.Address).Distinct().Select(a => _records.Address(a, Next())));
        events.AddRange(_people.Select(person => happenings.Customer(person, Next())));
        events.AddRange(_meters.Select(m => m.Account).Distinct().Select(a => _records.Account(a, Next())));
        events.AddRange(_meters.Select(meter => _records.Meter(meter, Next())));
        events.AddRange(_people.Select(person => happenings.Consent(person.Email, Next())));

        DateTimeOffset Next() => time = time.AddMilliseconds(250);
    }

    private void ChangeEmails(Faker faker, DemoPopulation population, DemoHappenings happenings, List<DemoEvent> events)
    {
        foreach (var person in _people.Where((_, i) => i % 9 == 4).ToArray())
        {
            var changed = person with { Email = population.Email(person.Given, person.Family + ".new") };
            Replace(person, changed);
            var time = Moment(faker, Start.AddHours(8), Math.Max(1, (_settings.HistoryDays * 24) - 12));
            events.Add(happenings.Customer(changed, time));
            events.Add(happenings.Consent(changed.Email, time.AddMinutes(3)));
        }
    }

    private void Replace(DemoPerson person, DemoPerson changed)
    {
        _people[_people.IndexOf(person)] = changed;
        for (var i = 0; i < _meters.Count; i++)
        {
            if (_meters[i].Account.Holder == person)
            {
                _meters[i] = _meters[i] with { Account = _meters[i].Account with { Holder = changed } };
            }
        }
    }

    private static DateTimeOffset Moment(Faker faker, DateTimeOffset from, int hours) =>
        from.AddMilliseconds(faker.Random.Long(0, hours * 3_600_000L));
}

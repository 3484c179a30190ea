using Bogus;

namespace Governance.Api.Sandbox.Generator;

/// <summary>People who arrive while the demo runs; some of them change their e-mail later.</summary>
internal sealed class DemoNewcomers(
    Faker faker,
    DemoPopulation population,
    DemoRecords records,
    DemoHappenings happenings
)
{
    private readonly List<DemoPerson> _arrived = [];

    /// <summary>A household arrives, or one who arrived before gets another e-mail.</summary>
    public IReadOnlyList<DemoEvent> Arrive(List<DemoPerson> people, List<DemoMeter> meters, DateTimeOffset now)
    {
        if (_arrived.Count > 0 && faker.Random.Bool(0.3f))
        {
            return Change(people, now);
        }

        var household = population.Household(4).Select(person => person with { Since = now }).ToArray();
        var account = population.Account(household[0]);
        var meter = population.Meter(account);
        _arrived.AddRange(household);
        people.AddRange(household);
        meters.Add(meter);
        return
        [
            records.Address(household[0].Address, now),
            .. household.Select(person => happenings.Customer(person, now)),
            records.Account(account, now),
            records.Meter(meter, now),
            .. household.Select(person => happenings.Consent(person.Email, now)),
        ];
    }

    private DemoEvent[] Change(List<DemoPerson> people, DateTimeOffset now)
    {
        var index = faker.Random.Int(0, _arrived.Count - 1);
        var person = _arrived[index];
        var changed = person with { Email = population.Email(person.Given, person.Family + ".new") };
        _arrived[index] = changed;
        people[people.IndexOf(person)] = changed;
        return [happenings.Customer(changed, now), happenings.Consent(changed.Email, now)];
    }
}

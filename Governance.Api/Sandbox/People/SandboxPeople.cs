using Avro.Generic;
using Governance.Api.Sandbox.Generator;

namespace Governance.Api.Sandbox.People;

/// <summary>
/// The people that the generator invents, as their producers know them: the sandbox's only place that can still say who is
/// who. Told anew from the seed at every call, and stored nowhere.
/// </summary>
internal sealed class SandboxPeople(GeneratorState state, DemoSchemas schemas)
{
    /// <summary>Whether all that is told of them before the live events has reached the warehouse.</summary>
    public bool HistoryHasLanded => state.IsOn && state.HistoryComplete;

    /// <summary>Some people, from a number on.</summary>
    public IReadOnlyList<SandboxPerson> List(int from, int limit)
    {
        if (!state.IsOn)
        {
            return [];
        }

        var world = new DemoWorld(state.History, schemas);
        return [.. world.People.Select((person, number) => Describe(world, person, number)).Skip(from).Take(limit)];
    }

    /// <summary>The events of the history that are about one person's own records; <see langword="null"/> for nobody.</summary>
    public IReadOnlyList<DemoEvent>? EventsOf(int number)
    {
        if (!state.IsOn)
        {
            return null;
        }

        var world = new DemoWorld(state.History, schemas);
        if (number < 0 || number >= world.People.Count)
        {
            return null;
        }

        var person = world.People[number];
        var meters = MetersOf(world, person);
        string[] customers = [person.CustomerId];
        string[] accounts = [.. meters.Select(meter => meter.Account.AccountNumber)];
        string[] mpans = [.. meters.Select(meter => meter.Mpan)];
        string[] emails =
        [
            .. world
                .History.Where(happening =>
                    happening.Topic == DemoTopics.Customers && Holds(happening, "customer_id", customers)
                )
                .Select(happening => happening.Value["email"])
                .OfType<string>(),
        ];
        return
        [
            .. world.History.Where(happening =>
                Holds(happening, "customer_id", customers)
                || Holds(happening, "account_number", accounts)
                || Holds(happening, "mpan", mpans)
                || Holds(happening, "email", emails)
            ),
        ];
    }

    private static SandboxPerson Describe(DemoWorld world, DemoPerson person, int number) =>
        new(
            number,
            person.CustomerId,
            person.FullName,
            person.Email,
            person.Phone,
            MetersOf(world, person).Select(meter => meter.Account.AccountNumber).FirstOrDefault()
        );

    private static DemoMeter[] MetersOf(DemoWorld world, DemoPerson person) =>
        [.. world.Meters.Where(meter => meter.Account.Holder.CustomerId == person.CustomerId)];

    private static bool Holds(DemoEvent happening, string field, IReadOnlyCollection<string> among) =>
        happening.Value.TryGetValue(field, out var value)
        && value is string text
        && among.Contains(text, StringComparer.Ordinal);
}

/// <summary>An invented person.</summary>
/// <param name="Number">Names the person in the sandbox's addresses, which hold no identifier.</param>
/// <param name="CustomerId">The customer number.</param>
/// <param name="Name">The full name.</param>
/// <param name="Email">The e-mail address at the history's end.</param>
/// <param name="Phone">The first phone number.</param>
/// <param name="AccountNumber">An account, where the person holds one.</param>
internal sealed record SandboxPerson(
    int Number,
    string CustomerId,
    string Name,
    string Email,
    string Phone,
    string? AccountNumber
);

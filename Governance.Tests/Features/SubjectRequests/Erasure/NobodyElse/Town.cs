using System.Globalization;
using Governance.Masking.Contracts;

namespace Governance.Tests.Features.SubjectRequests.Erasure.NobodyElse;

/// <summary>
/// A town of people who share addresses, phones, cards and accounts, some of them employees, some renamed, some registered twice. Whoever
/// makes a row knows whose it is, and writes that down: that is the oracle, and it knows nothing of links, closures and surrogates.
/// </summary>
internal sealed class Town
{
    private readonly Dice _dice;
    private readonly List<TownRow> _rows = [];
    private readonly List<Townsman> _people = [];

    public Town(int people, ulong seed)
    {
        _dice = new Dice(seed);
        for (var number = 0; number < people; number++)
        {
            _people.Add(Settle(number));
        }

        for (var number = 0; number < people; number++)
        {
            Live(number);
        }
    }

    public IReadOnlyList<Townsman> People => _people;

    public IReadOnlyList<TownRow> Rows => _rows;

    /// <summary>One of a person's ways to say who they are, sometimes with what others have, too.</summary>
    public (string Domain, string Value)[] ClaimsOf(int person)
    {
        var one = _people[person];
        var own = one.Own[_dice.Next(one.Own.Count)];
        return _dice.Next(3) == 0 ? [own, ("phone", one.Phone), ("address_id", one.Address)] : [own];
    }

    // People live three to a house, and the first two of a house share phone and card.
    private static Townsman Settle(int number)
    {
        var house = number / 3;
        var couple = number % 3 < 2;
        return new Townsman(
            number,
            Text($"+44 20 7946 {(couple ? house : 500 + number):0000}"),
            Text($"ADR{house}"),
            Text($"CARD{(couple ? house : 900 + number)}"),
            couple ? Text($"JOINT{house}") : null
        );
    }

    private void Live(int number)
    {
        var person = _people[number];
        Register(person, Text($"C{number}"), Text($"p{number}@example.org"));
        if (number % 4 == 1)
        {
            // Married, and has another e-mail address since.
            Register(person, Text($"C{number}"), Text($"p{number}.new@example.org"));
        }

        if (number % 5 == 2)
        {
            Register(person, Text($"C{number}B"), Text($"p{number}.second@example.org"));
            Add(number, TownTables.Merges, ("customer_id", Text($"C{number}")), ("former_id", Text($"C{number}B")));
            person.Identities = 2;
        }

        Supply(person);
        if (person.JointAccount is { } joint)
        {
            Add(number, TownTables.Holders, ("customer_id", Text($"C{number}")), ("joint_account", joint));
            Add(null, TownTables.JointInvoices, ("joint_account", joint), ("amount", "12"));
        }

        for (var call = _dice.Next(3); call > 0; call--)
        {
            Add(null, TownTables.Calls, ("phone", person.Phone), ("minutes", "3"));
        }

        if (number % 6 == 0)
        {
            Add(
                null,
                TownTables.Employees,
                ("employee_id", Text($"E{number}")),
                ("work_email", Text($"e{number}@supplier.example")),
                ("home_phone", person.Phone)
            );
        }

        Add(
            number,
            TownTables.Parcels,
            ("customer_id", Text($"C{number}")),
            ("neighbour_id", Text($"C{(number + 1) % _people.Count}"))
        );
    }

    private void Register(Townsman person, string id, string email)
    {
        Add(
            person.Number,
            TownTables.Customers,
            ("customer_id", id),
            ("email", email),
            ("phone", person.Phone),
            ("address_id", person.Address),
            ("card", person.Card)
        );
        person.Own.Add(("customer_id", id));
        person.Own.Add(("email", email));
    }

    private void Supply(Townsman person)
    {
        var number = person.Number;
        for (var nth = _dice.Next(3); nth > 0; nth--)
        {
            var (account, mpan) = (Text($"A{number}-{nth}"), Text($"20000000{number:000}{nth:00}"));
            Add(number, TownTables.Accounts, ("account_number", account), ("customer_id", Text($"C{number}")));
            Add(number, TownTables.Meters, ("mpan", mpan), ("account_number", account), ("address_id", person.Address));
            Add(number, TownTables.Payments, ("account_number", account), ("pence", "4200"));
            for (var reading = _dice.Next(4); reading > 0; reading--)
            {
                Add(number, TownTables.Readings, ("mpan", mpan), ("watt_hours", "120"));
            }

            person.Own.Add(("account_number", account));
            person.Own.Add(("mpan", mpan));
        }

        for (var message = _dice.Next(3); message > 0; message--)
        {
            Add(number, TownTables.Messages, ("customer_id", Text($"C{number}")), ("words", "moving house"));
        }
    }

    private void Add(int? owner, Dataset dataset, params (string, string)[] values) =>
        _rows.Add(
            new TownRow(
                owner,
                Text($"row-{_rows.Count}"),
                new PlainRow(dataset, [.. values, (TownTables.Tag, Text($"row-{_rows.Count}"))])
            )
        );

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A person of the town.</summary>
internal sealed record Townsman(int Number, string Phone, string Address, string Card, string? JointAccount)
{
    /// <summary>Identifiers that are theirs alone.</summary>
    public List<(string Domain, string Value)> Own { get; } = [];

    /// <summary>How often they are registered.</summary>
    public int Identities { get; set; } = 1;
}

/// <summary>A row, and whose it is; nobody's where it is about several people, or about another matter.</summary>
internal sealed record TownRow(int? Owner, string Tag, PlainRow Plain);

using Bogus;

namespace Governance.Api.Sandbox.Generator;

/// <summary>Names as people in Britain bear them, also such as software gets wrong.</summary>
internal static class DemoNames
{
    private static readonly string[] Given = (
        "Olivia Amelia Isla Ava Freya Poppy Florence Charlotte Grace Alfie Harry George Oscar Arthur Noah Jack Leo Oliver "
        + "Margaret Dorothy Jean Brian Keith Graham Nigel Gareth Rhys Cerys Eilidh Hamish Callum Fiona Siobhan Declan "
        + "Priya Arjun Aisha Mohammed Yusuf Fatima Chidi Ngozi Kwame Agnieszka Tomasz Mei Wei Harpreet Jasmine Thandiwe"
    ).Split(' ');

    private static readonly string[] Family = (
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White "
        + "Roberts Green Hall Wood Jackson Clarke Hughes Edwards Turner Hill Cooper Ward Khan Begum Singh Kaur Ahmed "
        + "MacDonald Campbell Stewart Murray Morrison McAllister Llewellyn Griffiths Okafor Mensah Kowalska Nowak Chen Li"
    ).Split(' ');

    // Accents composed and (the second Zoë, Núñez) decomposed, apostrophes of both kinds, hyphens, particles, other scripts.
    private static readonly (string Given, string Family)[] Hard =
    [
        ("Siân", "O’Connor"),
        ("Zoë", "Brontë-Hughes"),
        ("Zoe\u0308", "Nu\u0301n\u0303ez"),
        ("Seán", "Ó Súilleabháin"),
        ("Łukasz", "Wiśniewski"),
        ("Nguyễn", "Thị Ánh"),
        ("Björn", "Ångström"),
        ("Mary-Jane", "O'Neill"),
        ("Ludwig", "van der Berg"),
        ("İpek", "Yıldız"),
        ("小明", "李"),
        ("Олена", "Шевченко"),
        ("D'Arcy", "St. John-Smythe"),
    ];

    public static (string Given, string Family) Next(Faker faker) =>
        faker.Random.Int(1, 100) switch
        {
            <= 7 => faker.Random.ArrayElement(Hard),
            <= 25 => (faker.Name.FirstName(), faker.Name.LastName()),
            _ => (faker.Random.ArrayElement(Given), faker.Random.ArrayElement(Family)),
        };

    public static string? Title(Faker faker) =>
        faker.Random.ArrayElement<string?>([null, null, "Mr", "Mrs", "Ms", "Miss", "Dr", "Mx"]);
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Bench.Measuring;
using Governance.Masking.Contracts;
using Governance.Policies.Decisions;
using Governance.Policies.Rego;

namespace Governance.Bench.Decisions;

/// <summary>The product's policies with a thousand datasets and ten thousand approvals that stand, and questions about them.</summary>
internal sealed class DecisionWorld
{
    public const int Datasets = 1_000;
    public const int Grants = 10_000;
    public const int Teams = 50;
    private const int People = 2_000;
    private const int Columns = 12;

    private static readonly string[] s_categories =
    [
        "user.unique_id",
        "user.account",
        "user.contact.email",
        "user.contact.address.city",
        "user.contact.phone_number",
        "user.name.first",
        "user.device.telemetry",
        "user.financial.bank_account",
        "user.demographic.profile",
        "user.behavior.purchase_history",
        "system.operations",
    ];

    private static readonly string[] s_regions = ["ENGLAND", "SCOTLAND", "WALES", "NORTHERN_IRELAND"];

    private static readonly string[] s_methods =
    [
        "surrogate",
        "seal",
        "token",
        "plain",
        "generalize",
        "partial",
        "drop",
        "digest",
    ];

    private DecisionWorld(PolicySnapshot policies, JsonObject data, IReadOnlyList<AccessQuestion> questions)
    {
        Policies = policies;
        Data = data;
        Questions = questions;
    }

    public PolicySnapshot Policies { get; }

    /// <summary>What the policies read.</summary>
    public JsonObject Data { get; }

    public IReadOnlyList<AccessQuestion> Questions { get; }

    /// <summary>Makes it; the same each time.</summary>
    /// <param name="folder">The product's policies.</param>
    /// <param name="questions">How many questions.</param>
    /// <param name="now">When they are asked.</param>
    public static DecisionWorld Make(string folder, int questions, DateTimeOffset now)
    {
        var dice = new Dice(7);
        Dataset[] datasets = [.. Enumerable.Range(0, Datasets).Select(number => DatasetOf(number, dice))];
        var data = new JsonObject();
        foreach (
            var file in PolicyFolder
                .Read(folder)
                .Where(file => file.Path.EndsWith("/data.json", StringComparison.Ordinal))
        )
        {
            data[file.Path.Split('/')[0]] = JsonNode.Parse(file.Content.Span);
        }

        string[] purposes = [.. data["purposes"]!.AsObject().Select(purpose => purpose.Key)];
        data["grants"] = GrantsOf(dice, datasets, purposes, now);
        data["teams"] = TeamsOf(dice);
        PolicyFile[] files =
        [
            .. PolicyFolder.Read(folder).Where(file => file.Path is not ("grants/data.json" or "teams/data.json")),
            new("grants/data.json", Encoding.UTF8.GetBytes(data["grants"]!.ToJsonString())),
            new("teams/data.json", Encoding.UTF8.GetBytes(data["teams"]!.ToJsonString())),
        ];
        return new DecisionWorld(
            PolicySnapshot.Load(files),
            data,
            [.. Enumerable.Range(0, questions).Select(_ => Question(dice, datasets, purposes))]
        );
    }

    /// <summary>The dataset whose rows are told apart by region.</summary>
    public static Dataset Addresses { get; } =
        new(
            "addresses",
            "addresses",
            "",
            "addresses",
            "team-1",
            null,
            ErasureRule.Delete,
            [
                new Column(
                    "country",
                    "country",
                    "string",
                    "",
                    "public",
                    null,
                    null,
                    null,
                    new MaskingRule("plain", ImmutableDictionary<string, string>.Empty),
                    null,
                    []
                ),
            ],
            [],
            null
        );

    /// <summary>The directory's group of a team.</summary>
    public static string Group(int team) => string.Create(CultureInfo.InvariantCulture, $"group-of-team-{team}");

    private static JsonObject TeamsOf(Dice dice)
    {
        var teams = new JsonObject();
        for (var team = 0; team < Teams; team++)
        {
            teams[string.Create(CultureInfo.InvariantCulture, $"team-{team}")] = new JsonObject
            {
                ["members"] = new JsonObject(),
                ["groups"] = new JsonObject { [Group(team)] = true },
                ["regions"] = new JsonArray([
                    .. s_regions
                        .Where(_ => dice.Below(2) == 0)
                        .Append("ENGLAND")
                        .Distinct(StringComparer.Ordinal)
                        .Select(region => (JsonNode)region),
                ]),
            };
        }

        return teams;
    }

    private static string Person(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:D12}");

    private static AccessQuestion Question(Dice dice, Dataset[] datasets, string[] purposes)
    {
        var dataset = datasets[dice.Below(datasets.Length)];
        ImmutableArray<string> columns =
            dice.Below(2) == 0 ? [] : [.. dataset.Columns.Where(_ => dice.Below(3) == 0).Select(column => column.Name)];
        return new AccessQuestion(
            new PolicySubject(Person(dice.Below(People)), ["analyst"], []),
            dataset,
            purposes[dice.Below(purposes.Length)],
            columns,
            TimeSpan.FromHours(1 + dice.Below(24 * 200))
        );
    }

    private static JsonObject GrantsOf(Dice dice, Dataset[] datasets, string[] purposes, DateTimeOffset now)
    {
        var grants = new JsonObject();
        for (var made = 0; made < Grants; )
        {
            var person = Person(dice.Below(People));
            var dataset = datasets[dice.Below(datasets.Length)];
            var purpose = purposes[dice.Below(purposes.Length)];
            var ofPerson = (JsonObject)(grants[person] ??= new JsonObject());
            var ofDataset = (JsonObject)(ofPerson[dataset.Name] ??= new JsonObject());
            if (ofDataset.ContainsKey(purpose))
            {
                continue;
            }

            ofDataset[purpose] = new JsonObject
            {
                ["until"] = now.AddDays(dice.Below(400)).ToUnixTimeSeconds(),
                ["columns"] = new JsonArray([.. dataset.Columns.Select(column => (JsonNode)column.Name)]),
            };
            made++;
        }

        return grants;
    }

    private static Dataset DatasetOf(int number, Dice dice)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"dataset_{number}");
        return new Dataset(
            name,
            name,
            "",
            name,
            string.Create(CultureInfo.InvariantCulture, $"team-{number % 50}"),
            null,
            ErasureRule.Delete,
            [.. Enumerable.Range(0, Columns).Select(at => ColumnOf(at, dice))],
            [],
            null
        );
    }

    private static Column ColumnOf(int at, Dice dice)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"column_{at}");
        return dice.Below(8) == 0
            ? Field(name, name, dice) with
            {
                Masking = null,
                PrivacyCategory = null,
                Children = [Field("one", $"{name}.one", dice), Field("two", $"{name}.two", dice)],
            }
            : Field(name, name, dice);
    }

    private static Column Field(string name, string path, Dice dice) =>
        new(
            name,
            path,
            dice.Below(4) == 0 ? "timestamp" : "string",
            "",
            null,
            s_categories[dice.Below(s_categories.Length)],
            null,
            null,
            new MaskingRule(s_methods[dice.Below(s_methods.Length)], ImmutableDictionary<string, string>.Empty),
            null,
            []
        );
}

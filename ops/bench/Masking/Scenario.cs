using System.Collections.Immutable;
using Governance.Masking.Contracts;

namespace Governance.Bench.Masking;

/// <summary>What is masked, and how: five fields by one method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Fields">The five fields.</param>
/// <param name="Floor">How many times faster than the naive way it must be.</param>
internal sealed record Scenario(string Method, ImmutableArray<string> Fields, double Floor)
{
    /// <summary>Tokens of what is asked for most.</summary>
    public static Scenario Token { get; } = new("token", ["customer_id", "name", "email", "phone", "mpan"], 12);

    /// <summary>Identifiers become their surrogates.</summary>
    public static Scenario Surrogate { get; } =
        new("surrogate", ["customer_id", "account_number", "email", "phone", "mpan"], 8);

    /// <summary>Five fields sealed under the key of their customer, whose identifier becomes its surrogate as a sixth.</summary>
    public static Scenario Seal { get; } = new("seal", ["account_number", "name", "email", "phone", "mpan"], 4);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } = [Token, Surrogate, Seal];

    /// <summary>The contract of records of a schema.</summary>
    public Dataset Contract(IEnumerable<string> fields) =>
        new(
            "meter_readings",
            "meter_readings",
            "",
            "bench",
            "bench",
            new DatasetSubject("customer", "customer_id"),
            ErasureRule.Delete,
            [.. fields.Select(Column)],
            [],
            null
        );

    private Column Column(string field)
    {
        var method =
            Fields.Contains(field, StringComparer.Ordinal) ? Method
            : Method == "seal" && field == "customer_id" ? "surrogate"
            : null;
        var column = new Column(field, field, null, "", null, null, null, null, null, null, []);
        if (method is null)
        {
            // Not what a supplier may say of a name: this measures five masked fields, and no sixth.
            return column with
            {
                Classification = "public",
                Children =
                    field == "half_hours_kwh"
                        ? [column with { Name = "", Path = $"{field}[]", Classification = "public" }]
                        : [],
            };
        }

        return column with
        {
            Classification = "restricted",
            PrivacyCategory = $"user.{field}",
            Identifier = method == "surrogate" ? field : null,
            Link = method == "surrogate" ? Link.Owns : null,
            Masking = new MaskingRule(method, ImmutableDictionary<string, string>.Empty),
        };
    }
}

using System.Text.Json;
using Governance.Masking.Contracts;
using Governance.Tests.Support;

namespace Governance.Tests.Contracts;

public sealed class DemoContractsTests
{
    private static readonly Lazy<LintReport> Report = new(() =>
        new ContractLinter(new ContractReader()).LintFiles([Repository.PathOf("ops", "demo", "contracts")])
    );

    public static TheoryData<string> Datasets =>
        [
            "accounts",
            "addresses",
            "customers",
            "marketing_consents",
            "meter_readings",
            "meters",
            "payments",
            "support_messages",
        ];

    [Fact]
    public void LintFiles_DemoContracts_FindsNothing()
    {
        Report.Value.Faults.Should().BeEmpty();
        Report
            .Value.Contracts.SelectMany(contract => contract.Datasets)
            .Select(dataset => dataset.Name)
            .Order(StringComparer.Ordinal)
            .Should()
            .Equal(Datasets.Select(row => row.Data));
    }

    // The contract and the Avro schema are two documents of one thing: a field that only one has would go to quarantine.
    [Theory]
    [MemberData(nameof(Datasets))]
    public void Columns_OfDataset_AreTheFieldsOfItsAvroSchema(string name)
    {
        var dataset = Report.Value.Contracts.SelectMany(contract => contract.Datasets).Single(one => one.Name == name);
        using var schema = JsonDocument.Parse(
            File.ReadAllText(Repository.PathOf("ops", "demo", "schemas", name + ".avsc"))
        );

        var described = dataset
            .AllColumns()
            .Where(column =>
                column.Children.IsEmpty && !column.Path.StartsWith("preferences.", StringComparison.Ordinal)
            )
            .Where(column => !column.Path.StartsWith("consents.", StringComparison.Ordinal))
            .Select(column => column.Path);
        described.Should().BeEquivalentTo(Leaves(schema.RootElement, "", dataset));
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public void Dataset_OfDemo_SaysWhoOwnsItAndHowLongItIsKept(string name)
    {
        var dataset = Report.Value.Contracts.SelectMany(contract => contract.Datasets).Single(one => one.Name == name);

        dataset.OwnerTeam.Should().NotBeEmpty();
        dataset.Retention.Should().NotBeNull();
        dataset.Subject.Should().NotBeNull();
        dataset.AllColumns().Should().OnlyContain(column => column.Description.Length > 0);
    }

    [Fact]
    public void Identifiers_OfDemo_LinkAsTheClosureNeeds()
    {
        var links = Report
            .Value.Contracts.SelectMany(contract => contract.Datasets)
            .SelectMany(dataset =>
                dataset
                    .Identifiers()
                    .Select(column => $"{dataset.Name}.{column.Path}={column.Identifier}:{column.Link}")
            );

        links
            .Should()
            .BeEquivalentTo(
                "customers.customer_id=customer_id:Owns",
                "customers.email=email:Owns",
                "customers.phones[].number=phone:Shared",
                "customers.address_id=address_id:Shared",
                "addresses.address_id=address_id:Shared",
                "accounts.account_number=account_number:Owns",
                "accounts.customer_id=customer_id:Owns",
                "meters.mpan=mpan:Owns",
                "meters.account_number=account_number:Owns",
                "meters.address_id=address_id:Shared",
                "meter_readings.mpan=mpan:Owns",
                "payments.account_number=account_number:Owns",
                "support_messages.customer_id=customer_id:Owns",
                "marketing_consents.email=email:Owns"
            );
    }

    private static IEnumerable<string> Leaves(JsonElement type, string path, Dataset dataset)
    {
        if (dataset.AllColumns().Any(column => column.Path == path && column.Masking is not null))
        {
            return [path];
        }

        switch (type.ValueKind)
        {
            case JsonValueKind.Array:
                return type.EnumerateArray()
                    .Where(branch => branch.ValueKind != JsonValueKind.String || branch.GetString() != "null")
                    .SelectMany(branch => Leaves(branch, path, dataset))
                    .Distinct(StringComparer.Ordinal);
            case JsonValueKind.Object when type.GetProperty("type").ValueKind == JsonValueKind.Object:
                return Leaves(type.GetProperty("type"), path, dataset);
            case JsonValueKind.Object:
                return type.GetProperty("type").GetString() switch
                {
                    "record" => type.GetProperty("fields")
                        .EnumerateArray()
                        .SelectMany(field =>
                            Leaves(
                                field.GetProperty("type"),
                                path.Length == 0
                                    ? field.GetProperty("name").GetString()!
                                    : $"{path}.{field.GetProperty("name").GetString()}",
                                dataset
                            )
                        ),
                    "array" => Leaves(type.GetProperty("items"), path + "[]", dataset),
                    "map" => [],
                    _ => [path],
                };
            default:
                return [path];
        }
    }
}

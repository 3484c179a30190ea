using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Masking.Contracts;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

public sealed class ErasureScopeTests
{
    [Fact]
    public void Of_TheSupplier_ReachesEveryTableThroughOwnedIdentifiers()
    {
        var scope = ErasureScope.Of(EnergyTables.Catalog(), "customer")!;

        scope.PrimaryDomain.Should().Be("customer_id");
        scope.Domains.Should().BeEquivalentTo("customer_id", "email", "account_number", "mpan");
        scope
            .Owned.Select(table => table.Dataset.Name)
            .Should()
            .Equal(
                "accounts",
                "customers",
                "marketing_consents",
                "meter_readings",
                "meters",
                "payments",
                "support_messages"
            );
        scope.Shared.Select(table => table.Dataset.Name).Should().Equal("addresses");
        scope.Unreached.Should().BeEmpty();
    }

    [Fact]
    public void Of_PersonalDataWithoutAnIdentifier_NamesTheTable() =>
        ErasureScope
            .Of(EnergyTables.Catalog([.. EnergyTables.All, EnergyTables.Loose]), "customer")!
            .Unreached.Should()
            .Equal("loose_notes");

    [Fact]
    public void Of_ATableWhoseIdentifierNothingTiesToThePerson_NamesTheTable() =>
        ErasureScope
            .Of(EnergyTables.Catalog(EnergyTables.All.Where(table => table.Name is not "meters")), "customer")!
            .Unreached.Should()
            .Equal("meter_readings");

    [Fact]
    public void Of_DataOfAnotherKindOfPerson_LeavesItAlone()
    {
        var staff = EnergyTables.Loose with { Subject = new DatasetSubject("employee", "note") };

        var scope = ErasureScope.Of(EnergyTables.Catalog([.. EnergyTables.All, staff]), "customer")!;

        scope.Unreached.Should().BeEmpty();
        scope.Owned.Should().NotContain(table => table.Dataset.Name == "loose_notes");
    }

    [Fact]
    public void Of_AKindThatNoContractNames_IsNull() =>
        ErasureScope.Of(EnergyTables.Catalog(), "passenger").Should().BeNull();
}

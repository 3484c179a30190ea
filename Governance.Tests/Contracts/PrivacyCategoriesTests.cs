using Governance.Masking.Contracts;

namespace Governance.Tests.Contracts;

public sealed class PrivacyCategoriesTests
{
    [Theory]
    [InlineData("user", true)]
    [InlineData("user.contact.email", true)]
    [InlineData("user.contact.address.postal_code", true)]
    [InlineData("user.health_and_medical.genetic", true)]
    [InlineData("system.operations", true)]
    [InlineData("user.contact.email.work", true)]
    [InlineData("system.operations.billing", true)]
    [InlineData("user.contact.emial", false)]
    [InlineData("user.shoe_size", false)]
    [InlineData("customer.name", false)]
    [InlineData("user.contact.", false)]
    [InlineData("User.Name", false)]
    [InlineData("", false)]
    public void IsKnown_Key_IsOfFideslangOrRefinesIt(string key, bool known) =>
        PrivacyCategories.IsKnown(key).Should().Be(known);

    [Theory]
    [InlineData("user.name", true)]
    [InlineData("system", false)]
    [InlineData("system.operations", false)]
    public void IsPersonal_Key_TellsPeopleFromSystems(string key, bool personal) =>
        PrivacyCategories.IsPersonal(key).Should().Be(personal);
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Governance.Tests.Support;

namespace Governance.Tests.Features.Datasets;

public sealed class DatasetsTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    [Fact]
    public async Task List_ByAnalyst_NamesAllDatasetsWithOwnerAndFreshness()
    {
        using var analyst = await host.ClientFor("analyst");

        var datasets = await analyst.GetFromJsonAsync<JsonElement>("datasets");

        datasets.GetArrayLength().Should().Be(8);
        var customers = datasets.EnumerateArray().Single(one => one.GetProperty("name").GetString() == "customers");
        customers.GetProperty("owner").GetString().Should().Be("customer-relations");
        customers.GetProperty("personal").GetBoolean().Should().BeTrue();
        customers.GetProperty("rows").GetInt64().Should().BeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task Get_ByAnalyst_DescribesEveryColumn()
    {
        using var analyst = await host.ClientFor("analyst");

        var dataset = await analyst.GetFromJsonAsync<JsonElement>("datasets/customers");

        var number = dataset
            .GetProperty("columns")
            .EnumerateArray()
            .Single(column => column.GetProperty("path").GetString() == "phones[].number");
        number.GetProperty("category").GetString().Should().Be("user.contact.phone_number");
        number.GetProperty("method").GetString().Should().Be("surrogate");
        number.GetProperty("link").GetString().Should().Be("shared");
        number.GetProperty("owner").GetString().Should().Be("customer-relations");
        dataset.GetProperty("onErasure").GetProperty("action").GetString().Should().Be("delete");
        dataset.GetProperty("retention").GetString().Should().Be("7y");
    }

    [Fact]
    public async Task Get_UnknownDataset_Is404()
    {
        using var analyst = await host.ClientFor("analyst");

        using var response = await analyst.GetAsync(new Uri("datasets/nothing", UriKind.Relative));

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }
}

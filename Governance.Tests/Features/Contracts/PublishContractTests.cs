using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Tests.Contracts;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Features.Contracts;

public sealed class PublishContractTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    [Fact]
    public async Task Start_OfASandbox_HasTheDemoContractsInForce()
    {
        using var owner = await host.ClientFor("owner");

        var contracts = await owner.GetFromJsonAsync<JsonElement>("contracts");

        contracts
            .EnumerateArray()
            .Select(contract => contract.GetProperty("id").GetString())
            .Should()
            .Contain([
                "accounts",
                "addresses",
                "customers",
                "marketing_consents",
                "meter_readings",
                "meters",
                "payments",
            ]);
        host.Services.GetRequiredService<IContractCatalogSource>()
            .Current.FindTopic("customers")!
            .OwnerTeam.Should()
            .Be("customer-relations");
    }

    [Fact]
    public async Task Put_NewThenSameThenNextVersion_Is201Then200AndInForceAtOnce()
    {
        using var owner = await host.ClientFor("owner");
        var yaml = Sample.Yaml;
        var weaker = yaml.Replace("version: 1.0.0", "version: 1.1.0", StringComparison.Ordinal)
            .Replace("to: year", "to: month", StringComparison.Ordinal);

        using var created = await PutAsync(owner, "people", yaml);
        using var again = await PutAsync(owner, "people", yaml);
        using var next = await PutAsync(owner, "people", weaker);
        using var back = await PutAsync(owner, "people", yaml);

        created.StatusCode.Should().Be(HttpStatusCode.Created);
        created.Headers.Location!.OriginalString.Should().Be("/contracts/people");
        again.StatusCode.Should().Be(HttpStatusCode.OK);
        (await JsonOf(again)).GetProperty("changed").GetBoolean().Should().BeFalse();
        next.StatusCode.Should().Be(HttpStatusCode.OK);
        var loss = (await JsonOf(next)).GetProperty("lessProtected").EnumerateArray().Should().ContainSingle().Subject;
        loss.GetProperty("column").GetString().Should().Be("born");
        loss.GetProperty("becomes").GetString().Should().Be("generalize (to month)");
        back.StatusCode.Should().Be(HttpStatusCode.Conflict, "a published version is never published again");
        host.Services.GetRequiredService<IContractCatalogSource>()
            .Current.FindContract("people")!
            .Version.Should()
            .Be("1.1.0");
        (await LedgerAsync("contract/people"))
            .Should()
            .HaveCount(2)
            .And.Contain(text => text.Contains("people.born", StringComparison.Ordinal));

        var read = await owner.GetFromJsonAsync<JsonElement>("contracts/people");
        read.GetProperty("yaml").GetString().Should().Be(weaker);
        using var request = new HttpRequestMessage(HttpMethod.Get, "contracts/people");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/yaml"));
        using var document = await owner.SendAsync(request);
        (await document.Content.ReadAsStringAsync()).Should().Be(weaker);
    }

    [Fact]
    public async Task Put_FaultyContract_Is422WithEveryFaultAndChangesNothing()
    {
        using var owner = await host.ClientFor("owner");
        var before = host.Services.GetRequiredService<IContractCatalogSource>().Current;
        var yaml = Sample
            .Yaml.Replace("id: people", "id: persons", StringComparison.Ordinal)
            .Replace("method: seal", "method: sael", StringComparison.Ordinal)
            .Replace("name: people\n", "name: customers\n", StringComparison.Ordinal)
            .Replace("people.v1", "people.v2", StringComparison.Ordinal);

        using var response = await PutAsync(owner, "faulty", yaml);

        response.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        var problem = await JsonOf(response);
        problem.GetProperty("code").GetString().Should().Be("invalid_contract");
        problem
            .GetProperty("faults")
            .EnumerateArray()
            .Select(fault =>
                $"{fault.GetProperty("line").GetInt32()}:{fault.GetProperty("column").GetInt32()} {fault.GetProperty("code").GetString()} {fault.GetProperty("path").GetString()}"
            )
            .Should()
            .Contain([
                "3:5 id_mismatch id",
                "14:11 duplicate_dataset schema[0].name",
                "73:23 unknown_method schema[0].properties[3].customProperties[1].value.method",
            ]);
        host.Services.GetRequiredService<IContractCatalogSource>().Current.FindContract("faulty").Should().BeNull();
        before.FindContract("faulty").Should().BeNull();
    }

    [Theory]
    [InlineData("a: [", "broken_yaml")]
    [InlineData("", "empty_document")]
    [InlineData("id: \0", "broken_yaml")]
    public async Task Put_NoContract_Is422AndTheServiceLives(string body, string code)
    {
        using var owner = await host.ClientFor("owner");

        using var response = await PutAsync(owner, "broken", body);

        response.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        (await JsonOf(response)).GetProperty("faults")[0].GetProperty("code").GetString().Should().Be(code);
        (await owner.GetAsync(new Uri("contracts", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Put_NotUtf8OrTooLarge_IsRefused()
    {
        using var owner = await host.ClientFor("owner");
        using var latin = new ByteArrayContent([0x69, 0x64, 0x3a, 0x20, 0xe9]);
        using var large = new ByteArrayContent(new byte[(1 << 20) + 1]);
        using var huge = new ByteArrayContent(new byte[5 << 20]);

        using var first = await owner.PutAsync(new Uri("contracts/a", UriKind.Relative), latin);
        using var second = await owner.PutAsync(new Uri("contracts/a", UriKind.Relative), large);
        // Asking first, a client hears the refusal instead of a closed connection.
        using var request = new HttpRequestMessage(HttpMethod.Put, "contracts/a") { Content = huge };
        request.Headers.ExpectContinue = true;
        using var third = await owner.SendAsync(request);

        first.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        second.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        third.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Put_LeavingOutWhatOthersRelyOn_Is409NamingThem()
    {
        using var owner = await host.ClientFor("owner");
        var yaml = await File.ReadAllTextAsync(Repository.PathOf("ops", "demo", "contracts", "meters.odcs.yaml"));
        var renamed = yaml.Replace("name: mpan", "name: meter_point", StringComparison.Ordinal)
            .Replace("identifier: mpan", "identifier: meter_point", StringComparison.Ordinal)
            .Replace("version: 1.0.0", "version: 2.0.0", StringComparison.Ordinal);

        using var response = await PutAsync(owner, "meters", renamed);

        response.StatusCode.Should().Be(HttpStatusCode.Conflict);
        var fault = (await JsonOf(response)).GetProperty("faults").EnumerateArray().Should().ContainSingle().Subject;
        fault
            .GetProperty("path")
            .GetString()
            .Should()
            .StartWith("meter_readings: schema[0].properties[0].relationships");
    }

    [Theory]
    [InlineData("analyst")]
    [InlineData("pipeline")]
    [InlineData("dpo")]
    public async Task Put_ByOthersThanOwners_Is403(string person)
    {
        using var client = await host.ClientFor(person);

        using var response = await PutAsync(client, "people", Sample.Yaml);

        response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Get_UnknownContract_Is404()
    {
        using var owner = await host.ClientFor("owner");

        using var response = await owner.GetAsync(new Uri("contracts/nothing", UriKind.Relative));

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Start_Again_HasThePublishedVersionsInForce()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await SandboxHost.StartAsync(dataDirectory: folder.Path))
        {
            using var owner = await first.ClientFor("owner");
            using var response = await PutAsync(owner, "people", Sample.Yaml);
            response.StatusCode.Should().Be(HttpStatusCode.Created);
        }

        await using var second = await SandboxHost.StartAsync(dataDirectory: folder.Path);

        var catalog = second.Services.GetRequiredService<IContractCatalogSource>().Current;
        catalog.FindDataset("people")!.Relationships.Should().ContainSingle();
        catalog.Contracts.Should().HaveCount(9);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string id, string yaml) =>
        client.PutAsync(
            new Uri($"contracts/{id}", UriKind.Relative),
            new StringContent(yaml, Encoding.UTF8, "application/yaml")
        );

    private static async Task<JsonElement> JsonOf(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>();

    private Task<List<string>> LedgerAsync(string target) =>
        host
            .Services.GetRequiredService<IStateStore>()
            .ReadAsync(
                async db =>
                    (await db.Set<LedgerEntry>().ToListAsync())
                        .Select(entry => entry.Payload)
                        .Where(text => text.Contains($"\"{target}\"", StringComparison.Ordinal))
                        .ToList(),
                CancellationToken.None
            );
}

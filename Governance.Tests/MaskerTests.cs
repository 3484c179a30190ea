using System.Text;
using System.Text.Json;
using Avro;
using Avro.Generic;
using Avro.IO;
using Governance.Masking;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Revealing;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Governance.Tests;

/// <summary>The way in that callers use, with and without dependency injection.</summary>
public sealed class MaskerTests : IDisposable
{
    private const string Schema = """
        {"type":"record","name":"Consent","fields":[
          {"name":"customer_id","type":"string"},{"name":"email","type":"string"},
          {"name":"date_of_birth","type":{"type":"int","logicalType":"date"}},
          {"name":"segment","type":"string"}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MaskJsonAsync_AgainAfterARestart_GivesTheSame()
    {
        string first;
        await using (var masker = await Masker.CreateAsync(Options()))
        {
            first = await MaskAsync(masker, Customer("C1", "ada@example.com"));
        }

        await using var again = await Masker.CreateAsync(Options());

        (await MaskAsync(again, Customer("C1", "ADA@example.com"))).Should().Be(first);
        first.Should().NotContain("ada").And.NotContain("C1").And.Contain("\"segment\":\"HOUSEHOLD\"");
    }

    [Fact]
    public async Task MaskAvroAsync_ARecord_IsReadByApachesLibraryAndJoinsWithJson()
    {
        await using var masker = await Masker.CreateAsync(Options());
        var masked = await masker.MaskAvroAsync("customers", Schema, Avro("C1", "ada@example.com"));

        var schema = (RecordSchema)global::Avro.Schema.Parse(masker.GetMaskedAvroSchema("customers", Schema));
        var record = new GenericDatumReader<GenericRecord>(schema, schema).Read(
            null!,
            new BinaryDecoder(new MemoryStream(masked.ToArray()))
        );

        var json = JsonDocument.Parse(await MaskAsync(masker, Customer("C1", "ada@example.com"))).RootElement;
        record["email"].ToString().Should().Be(json.GetProperty("email").GetString());
        record["date_of_birth"].Should().Be(new DateTime(1971, 1, 1));
        record["segment"].Should().Be("HOUSEHOLD");
    }

    [Fact]
    public async Task MaskAvroAsync_BatchWithABadRecord_MasksTheOthers()
    {
        await using var masker = await Masker.CreateAsync(Options());

        var masked = await masker.MaskAvroAsync(
            "customers",
            Schema,
            [Avro("C1", "a@b.org"), new byte[] { 7 }, Avro("C2", "c@d.org")]
        );

        masked.Select(record => record.Fault?.Code).Should().Equal(null, EventFaults.MalformedAvro, null);
        masked[1].Bytes.Length.Should().Be(0);
        masked[2]
            .Bytes.ToArray()
            .Should()
            .Equal((await masker.MaskAvroAsync("customers", Schema, Avro("C2", "c@d.org"))).ToArray());
    }

    [Theory]
    [InlineData("customers", """{"customer_id":"C1","shoe_size":"secret 44"}""", EventFaults.UnclassifiedField)]
    [InlineData("customers", """{"customer_id":"C1","date_of_birth":"secret"}""", EventFaults.ValueOutOfRange)]
    [InlineData("customers", "secret", EventFaults.MalformedJson)]
    [InlineData("strangers", "{}", EventFaults.NoContract)]
    public async Task MaskJsonAsync_WhatCannotBeMasked_ThrowsWithoutTheValue(string dataset, string json, string code)
    {
        await using var masker = await Masker.CreateAsync(Options());

        var mask = async () => await masker.MaskJsonAsync(dataset, Encoding.UTF8.GetBytes(json));

        var thrown = (await mask.Should().ThrowAsync<UnmaskableRecordException>()).Which;
        thrown.Code.Should().Be(code);
        thrown.ToString().Should().NotContain("secret");
    }

    [Theory]
    [InlineData("{", EventFaults.PlanRefused)]
    [InlineData(
        """{"type":"record","name":"R","fields":[{"name":"shoe_size","type":"int"}]}""",
        EventFaults.UnclassifiedField
    )]
    public async Task MaskAvroAsync_SchemaThatTheContractDoesNotFit_Throws(string schema, string code)
    {
        await using var masker = await Masker.CreateAsync(Options());

        var mask = async () => await masker.MaskAvroAsync("customers", schema, new byte[] { 0 });

        (await mask.Should().ThrowAsync<UnmaskableRecordException>()).Which.Code.Should().Be(code);
    }

    [Fact]
    public async Task CreateAsync_WrongOptions_TellsAllFaultsAndMakesNoFile()
    {
        var options = Options();
        options.Contracts.Add("/nowhere/contracts");
        options.Tenant = "Not A Tenant";
        options.KeyReload = TimeSpan.Zero;

        var create = async () => await Masker.CreateAsync(options);

        (await create.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().HaveCount(3);
        Directory.GetFileSystemEntries(_folder.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task CreateAsync_ContractWithFaults_NamesThem()
    {
        var file = Path.Combine(_folder.Path, "broken.yaml");
        await File.WriteAllTextAsync(file, "kind: DataContract");
        var options = Options();
        options.Contracts.Add(file);

        var create = async () => await Masker.CreateAsync(options);

        (await create.Should().ThrowAsync<StartupException>()).WithMessage($"*{file}*");
    }

    [Fact]
    public async Task AddGovernanceMasking_WithAListOfErasedPeople_RefusesTheirRecordsAndMakesNoRow()
    {
        var erased = new Erased();
        await using var services = new ServiceCollection()
            .AddSingleton<ISuppressionList>(erased)
            .AddSingleton<IRevealAudit, NoAudit>()
            .AddGovernanceMasking(options => Configure(options))
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        var masker = services.GetRequiredService<IMasker>();
        var identifiers = services.GetRequiredService<Identifiers>();
        identifiers.TryGetKey("customer_id", "C2"u8, out erased.Key).Should().BeTrue();

        var masked = await masker.MaskJsonAsync(
            "customers",
            [Encoding.UTF8.GetBytes(Customer("C1", "a@b.org")), Encoding.UTF8.GetBytes(Customer("C2", "c@d.org"))]
        );

        masked.Select(record => record.Fault?.Code).Should().Equal(null, EventFaults.Suppressed);
        identifiers.TryGetKey("email", "c@d.org"u8, out var email).Should().BeTrue();
        (await identifiers.FindAsync([erased.Key, email], TestContext.Current.CancellationToken)).Should().BeEmpty();
        services.GetRequiredService<Reveal>().Should().NotBeNull();
    }

    [Fact]
    public async Task AddGovernanceMasking_PartsOfTheApplication_AreTaken()
    {
        var vault = await SqliteVault.OpenAsync(Path.Combine(_folder.Path, "other.db"));
        await using var services = new ServiceCollection()
            .AddSingleton<IVault>(vault)
            .AddSingleton<IContractCatalogSource>(ContractFiles.Load([Repository.PathOf("ops", "demo", "contracts")]))
            .AddGovernanceMasking(options => options.KeyFolder = Path.Combine(_folder.Path, "keys"))
            .BuildServiceProvider();

        _ = await MaskAsync(services.GetRequiredService<IMasker>(), Customer("C1", "a@b.org"));

        (await vault.CountAsync(TestContext.Current.CancellationToken)).Should().Be(2);
    }

    [Fact]
    public async Task AddGovernanceMasking_WrongOptions_TellsWhoAsksForTheMasker()
    {
        await using var services = new ServiceCollection().AddGovernanceMasking(_ => { }).BuildServiceProvider();

        var ask = () => services.GetRequiredService<IMasker>();

        ask.Should().Throw<OptionsValidationException>().WithMessage("*Contracts is empty*");
    }

    private static async Task<string> MaskAsync(IMasker masker, string json) =>
        Encoding.UTF8.GetString((await masker.MaskJsonAsync("customers", Encoding.UTF8.GetBytes(json))).Span);

    private static string Customer(string id, string email) =>
        $$"""{"customer_id":"{{id}}","email":"{{email}}","date_of_birth":"1971-05-31","segment":"HOUSEHOLD"}""";

    private static byte[] Avro(string id, string email)
    {
        using var stream = new MemoryStream();
        var encoder = new BinaryEncoder(stream);
        encoder.WriteString(id);
        encoder.WriteString(email);
        encoder.WriteInt(515);
        encoder.WriteString("HOUSEHOLD");
        return stream.ToArray();
    }

    private MaskerOptions Options() => Configure(new MaskerOptions());

    private MaskerOptions Configure(MaskerOptions options)
    {
        options.Contracts.Add(Repository.PathOf("ops", "demo", "contracts"));
        options.KeyFolder = Path.Combine(_folder.Path, "keys");
        options.VaultFile = Path.Combine(_folder.Path, "vault.db");
        return options;
    }

    private sealed class Erased : ISuppressionList
    {
        public IdentifierKey Key;

        public bool Contains(in IdentifierKey key) => key == Key;
    }

    private sealed class NoAudit : IRevealAudit
    {
        public ValueTask WriteAsync(RevealFact fact, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}

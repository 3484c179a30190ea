using System.Text;
using System.Text.Json;
using Avro;
using Avro.File;
using Avro.Generic;
using Governance.Api.Commands;
using Governance.Api.Configuration;
using Governance.Api.Features.Suppression;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Commands;

/// <summary>Files are masked whole or not at all, and no plain value comes out by any way.</summary>
public sealed class MaskCommandTests : IDisposable
{
    private const string Schema = """
        {"type":"record","name":"Customer","fields":[
          {"name":"customer_id","type":"string"},{"name":"email","type":"string"},{"name":"segment","type":"string"}]}
        """;

    private static readonly RecordSchema Parsed = (RecordSchema)global::Avro.Schema.Parse(Schema);
    private static readonly string Contracts = Repository.PathOf("ops", "demo", "contracts");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mask_JsonLines_MasksEveryLineAndCountsWhatCannotBe()
    {
        var lines = Enumerable.Range(0, 5000).Select(Customer).ToList();
        lines[16] = """{"customer_id":"C16","shoe_size":"secret"}""";
        lines[17] = "";
        lines[4000] = "secret";
        await File.WriteAllTextAsync(PathOf("in.jsonl"), "\uFEFF" + string.Join("\r\n", lines));

        var run = await RunAsync(
            "--in",
            PathOf("in.jsonl"),
            "--out",
            PathOf("out.jsonl"),
            "--rejects",
            PathOf("no.tsv")
        );

        run.Status.Should().Be(CommandLine.Finding, run.Error);
        run.Out.Should().Contain("masked    4997 of 4999 records in ").And.Contain(" a second");
        run.Out.Should()
            .Contain("rejected  1 unclassified_field: record 17 (")
            .And.Contain("1 malformed_json: record 4001 (");
        (await File.ReadAllTextAsync(PathOf("no.tsv"))).Should().Be("17\tunclassified_field\n4001\tmalformed_json\n");
        var masked = await File.ReadAllLinesAsync(PathOf("out.jsonl"));
        masked.Should().HaveCount(4997);
        foreach (var line in masked)
        {
            var record = JsonDocument.Parse(line).RootElement;
            record.GetProperty("segment").GetString().Should().Be("HOUSEHOLD");
            record.GetProperty("email").TryGetGuid(out _).Should().BeTrue();
        }

        Text("out.jsonl", "no.tsv", "vault.db").Should().NotContain("@example.com").And.NotContain("secret");
        (run.Out + run.Error).Should().NotContain("secret").And.NotContain("example.com");
        Directory.GetFiles(_folder.Path, "*.partial").Should().BeEmpty();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    public async Task Mask_AvroFile_IsReadByApachesLibraryUnderTheMaskedSchema(string codec)
    {
        WriteAvro(PathOf("in.avro"), codec, 3000);

        var run = await RunAsync("--in", PathOf("in.avro"), "--out", PathOf("out.avro"));

        run.Status.Should().Be(CommandLine.Success, run.Error);
        using var reader = DataFileReader<GenericRecord>.OpenReader(PathOf("out.avro"));
        reader.GetMetaString("avro.codec").Should().Be(codec);
        var records = reader.NextEntries.ToArray();
        records.Should().HaveCount(3000);
        records.Select(record => record["email"].ToString()).Distinct().Should().HaveCount(100);
        records.Should().OnlyContain(record => (string)record["segment"] == "HOUSEHOLD");

        // The same person, in JSON and in Avro.
        await File.WriteAllTextAsync(PathOf("in.jsonl"), Customer(1) + "\n");
        _ = await RunAsync("--in", PathOf("in.jsonl"), "--out", PathOf("out.jsonl"));
        var line = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("out.jsonl"))).RootElement;
        line.GetProperty("email").GetString().Should().Be(records[1]["email"].ToString());
    }

    [Fact]
    public async Task Mask_AvroFileOfAvsc_IsMaskedAndReadByAvsc()
    {
        var records = Enumerable
            .Range(0, 50)
            .Select(number => new
            {
                customer_id = $"C{number}",
                email = $"c{number}@example.com",
                segment = "LANDLORD",
            });
        await NodeTool.RunAsync(
            "avro-file.mjs",
            JsonSerializer.Serialize(
                new
                {
                    write = PathOf("in.avro"),
                    schema = JsonDocument.Parse(Schema),
                    codec = "deflate",
                    records,
                }
            )
        );

        (await RunAsync("--in", PathOf("in.avro"), "--out", PathOf("out.avro"))).Status.Should().Be(0);

        var read = await NodeTool.RunAsync(
            "avro-file.mjs",
            JsonSerializer.Serialize(new { read = PathOf("out.avro") })
        );
        read.Should().NotContain("example.com");
        var masked = JsonDocument.Parse(read).RootElement.GetProperty("records").EnumerateArray().ToArray();
        masked.Should().HaveCount(50);
        masked[0].GetProperty("segment").GetString().Should().Be("LANDLORD");
        masked[0].GetProperty("email").TryGetGuid(out _).Should().BeTrue();
    }

    [Fact]
    public async Task Mask_DamagedAvroFile_LeavesNothing()
    {
        WriteAvro(PathOf("in.avro"), "null", 3000);
        var bytes = await File.ReadAllBytesAsync(PathOf("in.avro"));
        await File.WriteAllBytesAsync(PathOf("in.avro"), bytes[..^5]);

        var run = await RunAsync("--in", PathOf("in.avro"), "--out", PathOf("out.avro"));

        run.Status.Should().Be(CommandLine.Finding);
        run.Error.Should().Contain("ends too early");
        Directory.GetFiles(_folder.Path, "out*").Should().BeEmpty();
    }

    [Fact]
    public async Task Mask_SchemaThatTheContractDoesNotFit_NamesTheFields()
    {
        var run = await RunAsync(
            ["--in", WriteAvro(PathOf("in.avro"), "null", 3), "--out", PathOf("out.avro")],
            dataset: "payments"
        );

        run.Status.Should().Be(CommandLine.Finding);
        run.Error.Should().Contain("segment: unclassified_field:");
        File.Exists(PathOf("out.avro")).Should().BeFalse();
    }

    [Fact]
    public async Task Mask_OutputThatIsThere_IsReplacedByForceAlone()
    {
        await File.WriteAllTextAsync(PathOf("in.jsonl"), Customer(1));
        await File.WriteAllTextAsync(PathOf("out.jsonl"), "mine");

        (await RunAsync("--in", PathOf("in.jsonl"), "--out", PathOf("out.jsonl")))
            .Status.Should()
            .Be(CommandLine.Misuse);
        (await File.ReadAllTextAsync(PathOf("out.jsonl"))).Should().Be("mine");
        (await RunAsync("--in", PathOf("in.jsonl"), "--out", PathOf("out.jsonl"), "--force")).Status.Should().Be(0);
        (await File.ReadAllTextAsync(PathOf("out.jsonl"))).Should().StartWith("{\"customer_id\":\"");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(PathOf("out.jsonl")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Mask_WhatIsMissing_SaysWhatToDoAndMakesNothing()
    {
        await File.WriteAllTextAsync(PathOf("in.jsonl"), Customer(1));
        string[] files = ["--in", PathOf("in.jsonl"), "--out", PathOf("out.jsonl")];

        (await CommandRun.OfAsync(["mask", "--contract", Contracts, .. files]))
            .Error.Should()
            .Contain("--dataset")
            .And.Contain("customers");
        (
            await CommandRun.OfAsync([
                "mask",
                "--contract",
                Contracts,
                "--dataset",
                "customers",
                "--data",
                PathOf("none"),
                .. files,
            ])
        )
            .Error.Should()
            .Contain("--new-keys");
        (await CommandRun.OfAsync(["mask", "--contract", PathOf("none.yaml"), .. files]))
            .Error.Should()
            .Contain("none.yaml");
        (await CommandRun.OfAsync(["mask", "--contract", Contracts, "--in", PathOf("none"), "--out", PathOf("out")]))
            .Error.Should()
            .Contain("--in");
        Directory.GetFileSystemEntries(_folder.Path).Should().ContainSingle();
    }

    [Fact]
    public async Task Mask_WhileSomebodyWatches_DrawsABar()
    {
        await File.WriteAllLinesAsync(PathOf("in.jsonl"), Enumerable.Range(0, 3000).Select(Customer));
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var status = await CommandLine.RunAsync(
            Arguments(["--in", PathOf("in.jsonl"), "--out", PathOf("out.jsonl")], "customers"),
            new Terminal(output, error) { IsWatched = true }
        );

        status.Should().Be(CommandLine.Success);
        error.ToString().Should().Contain("3000 masked, 0 rejected").And.NotContain("example.com");
    }

    [Fact]
    public async Task Mask_BesideAServiceThatErasedSomebody_LeavesThatPersonOut()
    {
        await using (var host = await SandboxHost.StartAsync(dataDirectory: _folder.Path))
        {
            host.Services.GetRequiredService<Identifiers>()
                .TryGetKey("customer_id", "C1"u8, out var key)
                .Should()
                .BeTrue();
            var suppressions = host.Services.GetRequiredService<ISuppressions>();
            await suppressions.AddAsync([key], "request", TestContext.Current.CancellationToken);
            await File.WriteAllLinesAsync(PathOf("in.jsonl"), [Customer(1), Customer(2)]);

            var run = await CommandRun.OfAsync([
                "mask",
                "--contract",
                Contracts,
                "--dataset",
                "customers",
                "--data",
                _folder.Path,
                "--in",
                PathOf("in.jsonl"),
                "--out",
                PathOf("out.jsonl"),
            ]);

            run.Status.Should().Be(CommandLine.Success, run.Error);
            run.Out.Should()
                .Contain("masked    1 of 2 records")
                .And.Contain("left out  1 about people who were erased");
            (await File.ReadAllLinesAsync(PathOf("out.jsonl"))).Should().ContainSingle();
        }
    }

    private static string Customer(int number) =>
        $$"""{"customer_id":"C{{number % 100}}","email":"c{{number % 100}}@example.com","segment":"HOUSEHOLD"}""";

    private static string WriteAvro(string path, string codec, int count)
    {
        using var writer = DataFileWriter<GenericRecord>.OpenWriter(
            new GenericDatumWriter<GenericRecord>(Parsed),
            path,
            Codec.CreateCodecFromString(codec)
        );
        for (var number = 0; number < count; number++)
        {
            var record = new GenericRecord(Parsed);
            record.Add("customer_id", $"C{number % 100}");
            record.Add("email", $"c{number % 100}@example.com");
            record.Add("segment", "HOUSEHOLD");
            writer.Append(record);
        }

        return path;
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private string Text(params string[] files) =>
        string.Concat(files.Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(PathOf(file)))));

    private Task<CommandRun> RunAsync(params string[] files) => RunAsync(files, "customers");

    private async Task<CommandRun> RunAsync(string[] files, string dataset) =>
        await CommandRun.OfAsync(Arguments(files, dataset));

    private string[] Arguments(string[] files, string dataset) =>
        ["mask", "--contract", Contracts, "--dataset", dataset, "--data", _folder.Path, "--new-keys", .. files];
}

using System.Text;
using Avro;
using Avro.File;
using Avro.Generic;
using Governance.Api.Commands;
using Governance.Masking.Contracts;
using Governance.Tests.Commands;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd;

/// <summary>
/// Marker values in every personal field of every dataset go through the command <c>mask</c>, as Avro and as JSON, whole and broken.
/// Afterwards every byte that it left behind or printed is searched for them.
/// </summary>
public sealed class FileCanaryTests
{
    [Fact]
    public async Task MaskCommand_MarkersThroughFiles_NoneIsLeftBehind()
    {
        using var inputs = new TemporaryFolder();
        using var left = new TemporaryFolder();
        var markers = new CanaryMarkers();
        var printed = new StringBuilder();
        var folder = Repository.PathOf("ops", "demo", "contracts");
        var contracts = Directory.GetFiles(folder, "*.yaml");
        var datasets = contracts.SelectMany(file =>
            new ContractReader().Read(File.ReadAllText(file), file).Contract!.Datasets
        );
        foreach (var dataset in datasets)
        {
            var schema = (RecordSchema)
                Schema.Parse(
                    await File.ReadAllTextAsync(Repository.PathOf("ops", "demo", "schemas", $"{dataset.Name}.avsc"))
                );
            var record = markers.Record(dataset, schema);
            var avro = Path.Combine(inputs.Path, $"{dataset.Name}.avro");
            using (
                var writer = DataFileWriter<GenericRecord>.OpenWriter(
                    new GenericDatumWriter<GenericRecord>(schema),
                    avro
                )
            )
            {
                writer.Append(record);
            }

            var cut = Path.Combine(inputs.Path, $"{dataset.Name}.cut.avro");
            await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(avro))[..^20]);
            var line = RecordJson.Of(record)!.ToJsonString();
            var lines = Path.Combine(inputs.Path, $"{dataset.Name}.jsonl");
            await File.WriteAllTextAsync(lines, $"{line}\n{line[..^3]}\n{{\"{CanaryMarkers.Email}\":1}}\n");

            (await MaskAsync(avro, dataset)).Should().Be(CommandLine.Success, printed.ToString());
            (await MaskAsync(cut, dataset)).Should().Be(CommandLine.Finding);
            (await MaskAsync(lines, dataset)).Should().Be(CommandLine.Finding);
        }

        markers.MustNotBeFound.Count.Should().BeGreaterThan(20);
        Directory
            .EnumerateFiles(left.Path, "*", SearchOption.AllDirectories)
            .SelectMany(file => ByteSearch.Find(markers.MustNotBeFound, file, File.ReadAllBytes(file)))
            .Concat(ByteSearch.Find(markers.MustNotBeFound, "the output", Encoding.UTF8.GetBytes(printed.ToString())))
            .Should()
            .BeEmpty();

        async Task<int> MaskAsync(string input, Dataset dataset)
        {
            var name = Path.GetFileName(input);
            var run = await CommandRun.OfAsync(
                "mask",
                "--contract",
                folder,
                "--dataset",
                dataset.Name,
                "--data",
                left.Path,
                "--new-keys",
                "--in",
                input,
                "--out",
                Path.Combine(left.Path, $"masked.{name}"),
                "--rejects",
                Path.Combine(left.Path, $"rejects.{name}")
            );
            printed.Append(run.Out).Append(run.Error);
            return run.Status;
        }
    }
}

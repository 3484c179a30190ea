using System.Globalization;
using System.IO.Compression;
using Governance.Tests.Support;

namespace Governance.Tests.EndToEnd;

/// <summary>The package works for somebody who has nothing but it.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string[] Compiled = ["bin", "obj", "packages"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sample_WithThePackedLibrary_MasksAndRevealsAsItsReadmeSays()
    {
        var version = string.Create(
            CultureInfo.InvariantCulture,
            $"0.1.0-test.{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}"
        );
        CopySamples();
        var packages = Path.Combine(_folder.Path, "packages");
        (
            await DotNetAsync(
                "pack",
                Repository.PathOf("Governance.Masking"),
                "--no-build",
                "--configuration",
                Configuration,
                "--output",
                packages,
                $"-p:Version={version}"
            )
        ).Succeeded();
        CheckPackage(Path.Combine(packages, $"Governance.Masking.{version}.nupkg"));
        File.Exists(Path.Combine(packages, $"Governance.Masking.{version}.snupkg")).Should().BeTrue();

        var run = await DotNetAsync(
            "run",
            "--project",
            Path.Combine(_folder.Path, "MaskingProducer"),
            $"-p:MaskingVersion={version}",
            "--",
            Path.Combine(_folder.Path, "data")
        );

        var lines = run.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        const string surrogate = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
        lines.Should().HaveCount(6);
        lines[0]
            .Should()
            .MatchRegex(
                $$"""^json   \{"email":"{{surrogate}}","name":"s1\.[\w-]+","born":"1815-01-01","plan":"basic"\}$"""
            );
        lines[1].Should().StartWith("refuse unclassified_field: ").And.NotContain("shoe");
        lines[2].Should().Be("kafka  Persisted, under signups-value");
        lines[3].Should().MatchRegex($$"""^batch  \{"email":"{{surrogate}}","plan":"plus"\}$""");
        lines[3][17..53].Should().Be(lines[0][17..53], "an identifier has one surrogate");
        lines[4].Should().Be("audit  officer-1 saw 1 of 1 values of signups.email for support.ticket-4711");
        lines[5].Should().Be("reveal ada@example.com");
    }

    private static string Configuration =>
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name is "Release" ? "Release" : "Debug";

    private static void CheckPackage(string file)
    {
        using var package = ZipFile.OpenRead(file);
        var names = package.Entries.Select(entry => entry.FullName).ToArray();
        names
            .Should()
            .Contain(["README.md", "lib/net10.0/Governance.Masking.dll", "lib/net10.0/Governance.Masking.xml"]);
        using var manifest = new StreamReader(package.GetEntry("Governance.Masking.nuspec")!.Open());
        manifest
            .ReadToEnd()
            .Should()
            .Contain("<license type=\"expression\">Apache-2.0</license>")
            .And.Contain("<readme>README.md</readme>");
    }

    // Packages that are on this machine are taken from where they are; the one under test goes to a folder that is thrown away.
    private Task<ToolResult> DotNetAsync(params string[] arguments) =>
        Tool.RunAsync(
            ServiceProcess.DotNet,
            arguments,
            workingDirectory: _folder.Path,
            environment: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["NUGET_PACKAGES"] = Path.Combine(_folder.Path, "restored"),
                ["NUGET_FALLBACK_PACKAGES"] = CachedPackages,
                ["DOTNET_NOLOGO"] = "1",
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                ["MSBUILDDISABLENODEREUSE"] = "1",
            }
        );

    private static string CachedPackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private void CopySamples()
    {
        var samples = Repository.PathOf("ops", "samples");
        foreach (var file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(samples, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(Compiled.Contains))
            {
                var copy = Path.Combine(_folder.Path, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }
}

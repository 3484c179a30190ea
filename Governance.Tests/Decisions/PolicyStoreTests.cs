using Governance.Policies.Decisions;
using Governance.Policies.Rego;
using Governance.Tests.Support;

namespace Governance.Tests.Decisions;

public sealed class PolicyStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = AddedEndpoints.CopyPolicies();
    private readonly PolicyStore _store;

    public PolicyStoreTests() => _store = new PolicyStore(_folder.Path);

    [Fact]
    public void Reload_OfSoundPolicies_PutsThemInForceOnce()
    {
        _store.Current.Should().BeNull();
        _store.Reload().Outcome.Should().Be(PolicyReloadOutcome.Taken);
        _store.Reload().Outcome.Should().Be(PolicyReloadOutcome.Unchanged);
        _store
            .Current!.Stamp.Should()
            .Be(DemoCatalog.Policies.Stamp, "the hash is that of the contents, wherever they stand");
    }

    [Fact]
    public void Reload_OfAChangedVersion_TakesIt()
    {
        _store.Reload();
        var before = _store.Current!.Stamp;
        Write("policy/data.json", """{"version": "2.0.0"}""");

        _store.Reload().Outcome.Should().Be(PolicyReloadOutcome.Taken);

        _store.Current.Stamp.Version.Should().Be("2.0.0");
        _store.Current.Stamp.Hash.Should().NotBe(before.Hash);
    }

    [Theory]
    [InlineData("rows/rows.rego", "package rows\nimport rego.v1\nallow if {\n", "rows/rows.rego", 4)]
    [InlineData("rows/rows.rego", "package rows\nimport rego.v1\n\nallow if x == 1\n", "rows/rows.rego", 4)]
    [InlineData("rows/rows.rego", "package rows\nimport rego.v1\nallow if http.send({})\n", "rows/rows.rego", 3)]
    [InlineData("purposes/data.json", "{", "purposes/data.json", 0)]
    [InlineData("rows/rows.rego", "package rows\n", "", 0)]
    public void Reload_OfAFaultyVersion_RefusesItAndSaysWhere(string file, string text, string place, int line)
    {
        _store.Reload();
        var before = _store.Current;
        var sound = File.ReadAllText(_folder.File(file));
        Write(file, text);

        var reload = _store.Reload();

        reload.Outcome.Should().Be(PolicyReloadOutcome.Refused);
        reload.Faults[0].Should().BeEquivalentTo(new { File = place, Line = line });
        _store.Current.Should().BeSameAs(before);
        _store.Fault.Should().NotBeNull();
        _store.Reload().Outcome.Should().Be(PolicyReloadOutcome.Unchanged, "it is said once");

        Write(file, sound);
        _store.Reload();
        _store.Fault.Should().BeNull();
        _store.Current.Should().BeSameAs(before);
    }

    [Fact]
    public void Reload_OfAFolderThatIsGone_KeepsWhatIsInForce()
    {
        _store.Reload();
        Directory.Move(_folder.Path, _folder.Path + "-away");

        _store.Reload().Outcome.Should().Be(PolicyReloadOutcome.Refused);
        _store.Current.Should().NotBeNull();
        _store.Fault.Should().NotBeNull();

        Directory.Move(_folder.Path + "-away", _folder.Path);
        _store.Reload();
        _store.Fault.Should().BeNull();
    }

    [Fact]
    public void Read_OfAMountedVolume_LeavesOutItsHiddenVersions()
    {
        Directory.CreateDirectory(_folder.File("..2027_01_01"));
        File.WriteAllText(_folder.File("..2027_01_01/rows.rego"), "package rows\n");

        PolicyFolder.Read(_folder.Path).Should().OnlyContain(file => !file.Path.Contains(".."));
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string file, string text) => File.WriteAllText(_folder.File(file), text);
}

namespace Governance.Tests.Support;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("governance-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

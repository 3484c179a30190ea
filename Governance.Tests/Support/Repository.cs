namespace Governance.Tests.Support;

/// <summary>Where things stand in the working copy, and beside it.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>Governance.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder of the working copy.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A file or folder in <c>shared</c> beside the working copy; skips the test where it is absent.</summary>
    public static string Shared(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Root, "..", "shared", .. parts]));
        if (!Path.Exists(path))
        {
            Assert.Skip($"../shared/{string.Join('/', parts)} is absent: this test reads published files there.");
        }

        return path;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside of the working copy.");
    }
}

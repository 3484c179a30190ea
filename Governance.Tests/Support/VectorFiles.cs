using System.Text.Json;

namespace Governance.Tests.Support;

/// <summary>Published test vectors: in the folder that GOVERNANCE_VECTORS names, else beside the repository.</summary>
internal static class VectorFiles
{
    /// <summary>All Wycheproof files of an algorithm; the test is skipped where there are none.</summary>
    public static IReadOnlyList<JsonElement> Wycheproof(string algorithm)
    {
        var files = Folder() is { } folder ? Directory.GetFiles(folder, "*.json") : [];
        var documents = files
            .Order(StringComparer.Ordinal)
            .Select(file => JsonDocument.Parse(File.ReadAllBytes(file)).RootElement)
            .Where(root =>
                root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("algorithm", out var name)
                && name.ValueEquals(algorithm)
            )
            .ToArray();
        Assert.SkipWhen(
            documents.Length == 0,
            $"No Wycheproof file of {algorithm}: set GOVERNANCE_VECTORS to a folder that holds one."
        );
        return documents;
    }

    /// <summary>One file; the test is skipped where it is absent.</summary>
    public static JsonElement Read(string name)
    {
        var path = Path.Combine(Folder() ?? ".", name);
        Assert.SkipUnless(File.Exists(path), $"No {name}: set GOVERNANCE_VECTORS to a folder that holds it.");
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }

    public static byte[] Hex(this JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("GOVERNANCE_VECTORS") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
            {
                var vectors = Path.Combine(folder.FullName, "..", "shared", "vectors");
                return Directory.Exists(vectors) ? vectors : null;
            }
        }

        return null;
    }
}

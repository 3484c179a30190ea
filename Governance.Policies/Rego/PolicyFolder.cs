using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego;

/// <summary>
/// Policies on disk: every <c>*.rego</c> is a module, and every <c>*.json</c> is data. As in OPA, a file named <c>data.json</c> stands at
/// the path of its folder; another one is added to the root.
/// </summary>
public static class PolicyFolder
{
    /// <summary>Loads folders, with all below them, and single files.</summary>
    /// <exception cref="PolicyLoadException">The policies or the data are at fault.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static PolicyBundle Load(params IReadOnlyList<string> paths)
    {
        var sources = new List<PolicySource>();
        var faults = new List<PolicyFault>();
        var data = ObjectValue.Empty;
        foreach (var (file, root) in paths.SelectMany(Files))
        {
            if (file.EndsWith(".rego", StringComparison.Ordinal))
            {
                sources.Add(new PolicySource(file, File.ReadAllText(file)));
                continue;
            }

            try
            {
                data = Merge(data, At(file, root, RegoValue.FromJson(File.ReadAllBytes(file))), file);
            }
            catch (RegoJsonException exception)
            {
                faults.Add(new PolicyFault(file, 0, 0, SyntaxFault.Parse, exception.Message));
            }
            catch (SyntaxFault fault)
            {
                faults.Add(fault.ToFault());
            }
        }

        return faults.Count == 0 ? PolicyBundle.Load(sources, data) : throw new PolicyLoadException(faults);
    }

    private static IEnumerable<(string File, string Root)> Files(string path) =>
        File.Exists(path) ? [(path, Path.GetDirectoryName(path) ?? "")]
        : Directory.Exists(path)
            ? Directory
                .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file =>
                    file.EndsWith(".rego", StringComparison.Ordinal) || file.EndsWith(".json", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
                .Select(file => (file, path))
        : throw new FileNotFoundException($"There is no file or folder {path}.", path);

    private static RegoValue At(string file, string root, RegoValue value)
    {
        if (!string.Equals(Path.GetFileName(file), "data.json", StringComparison.Ordinal))
        {
            return value;
        }

        var folder = Path.GetRelativePath(root.Length == 0 ? "." : root, Path.GetDirectoryName(file) ?? ".");
        var names = folder is "." ? [] : folder.Split(Path.DirectorySeparatorChar);
        return names.Reverse().Aggregate(value, (below, name) => ObjectValue.Single(new StringValue(name), below));
    }

    private static ObjectValue Merge(ObjectValue all, RegoValue more, string file)
    {
        var fault = new SyntaxFault(
            new Location(file, 0, 0),
            SyntaxFault.Compile,
            "The data contradicts that of another file, or is no object: keep each path in one file."
        );
        if (more is not ObjectValue map)
        {
            throw fault;
        }

        var both = new ObjectBuilder();
        for (var i = 0; i < all.Count; i++)
        {
            both.Set(all.Keys[i], all.Values[i]);
        }

        for (var i = 0; i < map.Count; i++)
        {
            both.Set(
                map.Keys[i],
                (both.Find(map.Keys[i]), map.Values[i]) switch
                {
                    (null, var value) => value,
                    (ObjectValue left, ObjectValue right) => Merge(left, right, file),
                    _ => throw fault,
                }
            );
        }

        return both.Build();
    }
}

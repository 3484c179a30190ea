using System.Text;
using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego;

/// <summary>A file of policies or of their data.</summary>
/// <param name="Path">In its folder, with slashes: <c>access/access.rego</c>.</param>
/// <param name="Content">What it holds.</param>
public sealed record PolicyFile(string Path, ReadOnlyMemory<byte> Content);

/// <summary>
/// Policies on disk: every <c>*.rego</c> is a module, and every <c>*.json</c> is data. As in OPA, a file named <c>data.json</c> stands at
/// the path of its folder; another one is added to the root.
/// </summary>
public static class PolicyFolder
{
    /// <summary>Loads folders, with all below them, and single files.</summary>
    /// <exception cref="PolicyLoadException">The policies or the data are at fault.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static PolicyBundle Load(params IReadOnlyList<string> paths) =>
        Load(paths.SelectMany(Files).Select(one => (one.File, Place(one.File, one.Root), File.ReadAllBytes(one.File))));

    /// <summary>Loads files that were read already, so that what is put in force is what was looked at.</summary>
    /// <exception cref="PolicyLoadException">The policies or the data are at fault; files are named by their paths in the folder.</exception>
    public static PolicyBundle Load(IReadOnlyList<PolicyFile> files) =>
        Load(files.Select(file => (file.Path, file.Path, file.Content.ToArray())));

    /// <summary>Reads the policies and the data of a folder, with all below it, in the order of their paths.</summary>
    /// <remarks>What stands in a folder whose name begins with a dot is left out: so are the versions that a mounted volume keeps.</remarks>
    /// <exception cref="IOException">The folder is not there, or a file cannot be read.</exception>
    public static IReadOnlyList<PolicyFile> Read(string folder) =>
        [
            .. Files(
                    Directory.Exists(folder)
                        ? folder
                        : throw new DirectoryNotFoundException($"There is no folder {folder}.")
                )
                .Select(one => (one.File, Path: Place(one.File, folder)))
                .Where(one => !one.Path.Split('/').Any(part => part.StartsWith('.')))
                .OrderBy(one => one.Path, StringComparer.Ordinal)
                .Select(one => new PolicyFile(one.Path, File.ReadAllBytes(one.File))),
        ];

    private static PolicyBundle Load(IEnumerable<(string Name, string Place, byte[] Content)> files)
    {
        var sources = new List<PolicySource>();
        var faults = new List<PolicyFault>();
        var data = ObjectValue.Empty;
        foreach (var (name, place, content) in files)
        {
            if (name.EndsWith(".rego", StringComparison.Ordinal))
            {
                sources.Add(new PolicySource(name, Text(content)));
                continue;
            }

            try
            {
                data = Merge(data, At(place, RegoValue.FromJson(content)), name);
            }
            catch (RegoJsonException exception)
            {
                faults.Add(new PolicyFault(name, 0, 0, SyntaxFault.Parse, exception.Message));
            }
            catch (SyntaxFault fault)
            {
                faults.Add(fault.ToFault());
            }
        }

        return faults.Count == 0 ? PolicyBundle.Load(sources, data) : throw new PolicyLoadException(faults);
    }

    // A byte order mark is no part of the text.
    private static string Text(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Place(string file, string root) =>
        Path.GetRelativePath(root.Length == 0 ? "." : root, file).Replace(Path.DirectorySeparatorChar, '/');

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

    private static RegoValue At(string place, RegoValue value)
    {
        var names = place.Split('/');
        return names[^1] is "data.json"
            ? names
                .SkipLast(1)
                .Reverse()
                .Aggregate(value, (below, name) => ObjectValue.Single(new StringValue(name), below))
            : value;
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

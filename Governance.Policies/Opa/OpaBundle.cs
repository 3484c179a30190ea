using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Governance.Policies.Decisions;

namespace Governance.Policies.Opa;

/// <summary>
/// Policies as OPA loads them: a gzipped tar of modules, of all data in one file, and of a manifest whose revision is the policies' hash
/// (<see href="https://www.openpolicyagent.org/docs/management-bundles"/>). The same policies give the same bytes.
/// </summary>
public static class OpaBundle
{
    /// <summary>The bundle; tests are left out.</summary>
    public static byte[] Write(PolicySnapshot policies)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            // All of data is the bundle's: no other bundle, and nobody by the API, puts something beside it.
            Add(
                tar,
                ".manifest",
                Encoding.UTF8.GetBytes($$"""{"revision":"{{policies.Stamp.Hash}}","roots":[""],"rego_version":1}""")
            );
            // OPA reads of a bundle no data but from data.json.
            Add(tar, "data.json", Encoding.UTF8.GetBytes(policies.Bundle.Data.ToJson()));
            foreach (
                var file in policies.Files.Where(file =>
                    file.Path.EndsWith(".rego", StringComparison.Ordinal)
                    && !file.Path.EndsWith("_test.rego", StringComparison.Ordinal)
                )
            )
            {
                Add(tar, file.Path, file.Content.ToArray());
            }
        }

        return bytes.ToArray();
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                ModificationTime = DateTimeOffset.UnixEpoch,
                DataStream = new MemoryStream(content, writable: false),
            }
        );
}

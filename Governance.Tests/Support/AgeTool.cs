using System.IO.Compression;
using System.Text.Json;

namespace Governance.Tests.Support;

/// <summary>Age by a library that nobody here wrote.</summary>
internal static class AgeTool
{
    /// <summary>Makes a key pair.</summary>
    public static async Task<(string Identity, string Recipient)> GenerateAsync()
    {
        var answer = JsonDocument.Parse(await NodeTool.RunAsync("open-age.mjs", """{"generate":true}""")).RootElement;
        return (answer.GetProperty("identity").GetString()!, answer.GetProperty("recipient").GetString()!);
    }

    /// <summary>Opens files; <see langword="null"/> for each that is refused.</summary>
    public static async Task<IReadOnlyList<byte[]?>> OpenAsync(
        params IEnumerable<(byte[] File, string? Passphrase, string? Identity)> files
    )
    {
        var input = JsonSerializer.Serialize(
            new
            {
                files = files.Select(one => new
                {
                    base64 = Convert.ToBase64String(one.File),
                    passphrase = one.Passphrase,
                    identity = one.Identity,
                }),
            }
        );
        var answer = JsonDocument.Parse(await NodeTool.RunAsync("open-age.mjs", input)).RootElement;
        return
        [
            .. answer
                .GetProperty("opened")
                .EnumerateArray()
                .Select(one => one.ValueKind is JsonValueKind.Null ? null : one.GetBytesFromBase64()),
        ];
    }

    /// <summary>Opens an archive with a passphrase: the content of each file in it, by name.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> UnpackAsync(byte[] file, string passphrase) =>
        Unzip((await OpenAsync((file, passphrase, null)))[0] ?? throw new InvalidOperationException("It was refused."));

    /// <summary>The content of each file of a ZIP, by name.</summary>
    public static IReadOnlyDictionary<string, string> Unzip(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        return zip.Entries.ToDictionary(
            entry => entry.FullName,
            entry =>
            {
                using var reader = new StreamReader(entry.Open());
                return reader.ReadToEnd();
            },
            StringComparer.Ordinal
        );
    }
}

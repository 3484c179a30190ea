using System.Text.Json;

namespace Governance.Masking.Keys;

/// <summary>
/// Which version of the key encryption key wrapped each keyset: <c>wrapped-by.json</c> beside them. Tink's form has no place for it,
/// and some of its readers refuse fields that they do not know. Notes for people; losing the file loses nothing else.
/// </summary>
internal sealed class KeysetWrappings(string folder)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "wrapped-by.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private string Path => System.IO.Path.Combine(folder, FileName);

    /// <summary>Notes what wrapped a keyset. Under the folder's lock, or before anybody else can know of it.</summary>
    /// <param name="name">The keyset's file.</param>
    /// <param name="hash">The file's SHA-256: a file that was replaced by another hand is not told of wrongly.</param>
    /// <param name="keyVersion">The version; <see langword="null"/> takes the note back.</param>
    public void Note(string name, string hash, string? keyVersion)
    {
        var notes = Read();
        if (keyVersion is not null)
        {
            notes[name] = new Wrapping(hash, keyVersion);
        }
        else if (!notes.Remove(name))
        {
            return;
        }

        SecretFile.Replace(Path, JsonSerializer.SerializeToUtf8Bytes(notes, Json));
    }

    /// <summary>What wrapped a keyset; <see langword="null"/> where that is not known.</summary>
    public string? Find(string name, string hash) =>
        Read().TryGetValue(name, out var note) && string.Equals(note.Hash, hash, StringComparison.Ordinal)
            ? note.KeyVersion
            : null;

    private SortedDictionary<string, Wrapping> Read()
    {
        try
        {
            return SecretFile.TryRead(Path) is { } text
                ? JsonSerializer.Deserialize<SortedDictionary<string, Wrapping>>(text, Json) ?? []
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private sealed record Wrapping(string Hash, string KeyVersion);
}

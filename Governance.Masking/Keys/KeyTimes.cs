using System.Globalization;
using System.Text.Json;

namespace Governance.Masking.Keys;

/// <summary>
/// When each key was added, promoted and retired: <c>keyset-times.json</c> beside the keyset, whose own form has no place for it. Notes
/// for people; losing the file loses nothing else, but that no key may be destroyed without force.
/// </summary>
internal sealed class KeyTimes(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private string Path => System.IO.Path.Combine(folder, "keyset-times.json");

    /// <summary>What is noted; empty where nothing is, or the file is damaged.</summary>
    public Notes Read()
    {
        try
        {
            var text = SecretFile.TryRead(Path);
            return new Notes(
                text is null ? [] : JsonSerializer.Deserialize<SortedDictionary<string, Note>>(text, Json) ?? []
            );
        }
        catch (JsonException)
        {
            return new Notes([]);
        }
    }

    /// <summary>Notes something. Under the folder's lock.</summary>
    public void Change(Action<Notes> change)
    {
        var notes = Read();
        change(notes);
        SecretFile.Replace(Path, JsonSerializer.SerializeToUtf8Bytes(notes.Keys, Json));
    }

    /// <summary>Notes the first key of a keyset that was made without notes. Under the folder's lock.</summary>
    public void Begin(TinkKeyset keyset, DateTimeOffset at)
    {
        if (keyset.Keys.Length == 1 && Read().Keys.Count == 0)
        {
            Change(notes =>
            {
                notes.Added(keyset.PrimaryKeyId, at);
                notes.Promoted(keyset.PrimaryKeyId, at);
            });
        }
    }

    /// <summary>The times of one key.</summary>
    internal sealed record Note(
        DateTimeOffset? AddedAt = null,
        DateTimeOffset? PromotedAt = null,
        DateTimeOffset? RetiredAt = null
    );

    /// <summary>The times of all keys.</summary>
    internal sealed class Notes(SortedDictionary<string, Note> keys)
    {
        public IReadOnlyDictionary<string, Note> Keys => keys;

        public Note Find(uint id) => keys.GetValueOrDefault(Name(id)) ?? new Note();

        public void Added(uint id, DateTimeOffset at) => keys[Name(id)] = new Note(AddedAt: at);

        public void Promoted(uint id, DateTimeOffset at) => keys[Name(id)] = Find(id) with { PromotedAt = at };

        public void Retired(uint id, DateTimeOffset at) => keys[Name(id)] = Find(id) with { RetiredAt = at };

        public void Restored(uint id) => keys[Name(id)] = Find(id) with { RetiredAt = null };

        private static string Name(uint id) => id.ToString(CultureInfo.InvariantCulture);
    }
}

using System.Text;
using Governance.Masking.Contracts;
using Governance.Tests.Avro.Differential;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Avro.Fuzzing;

/// <summary>
/// Records with a mark in every masked value. No run of their plain bytes is as long as the mark: however a mutation shifts what belongs to
/// which field, a record that is accepted must not give it back.
/// </summary>
internal static class MarkedRecords
{
    public const string Mark = "Mark7F3A9C21XQ-plain";

    public const string Schema = """
        {
          "type": "record", "name": "Marked", "namespace": "tests",
          "fields": [
            { "name": "id", "type": "string" },
            { "name": "flag", "type": "boolean" },
            { "name": "name", "type": ["null", "string"] },
            { "name": "age", "type": "int" },
            { "name": "email", "type": "string" },
            { "name": "contacts", "type": { "type": "array", "items": { "type": "record", "name": "Contact", "fields": [
              { "name": "kind", "type": { "type": "enum", "name": "Kind", "symbols": ["HOME", "WORK"] } },
              { "name": "number", "type": "string" },
              { "name": "since", "type": { "type": "int", "logicalType": "date" } } ] } } },
            { "name": "wishes", "type": { "type": "map", "values": ["null", "string"] } },
            { "name": "secret", "type": ["long", { "type": "map", "values": { "type": "array", "items": "Contact" } }, "string"] },
            { "name": "note", "type": "string" },
            { "name": "ratio", "type": "double" },
            { "name": "blob", "type": "bytes" },
            { "name": "gone", "type": { "type": "array", "items": "string" } },
            { "name": "born", "type": { "type": "int", "logicalType": "date" } }
          ]
        }
        """;

    /// <summary>With identifiers and values sealed under their keys.</summary>
    public static Dataset Sealed { get; } = Of("seal", Identifier("id", "customer_id", Link.Owns), "marked");

    /// <summary>Without anything that asks the vault.</summary>
    public static Dataset Tokens { get; } = Of("token", Personal("id", "digest", "user.unique_id"), subject: null);

    public static byte[][] Many(int count)
    {
        var dice = new Dice(1);
        return [.. Enumerable.Range(0, count).Select(number => Record(number, dice))];
    }

    private static Dataset Of(string method, Column id, string? subject) =>
        Dataset(
            "marked",
            subject is null ? null : "id",
            id,
            Public("flag"),
            Personal("name", method, "user.name"),
            Public("age"),
            Personal("email", "token", "user.contact.email", ("domain", "email")),
            Composite(
                "contacts",
                Composite("", Public("kind"), Personal("number", "token", "user.contact.phone"), Public("since"))
            ),
            Composite(
                "wishes",
                Personal("k0", "token", "user"),
                Personal("k1", "drop"),
                Personal("k2", "digest", "user")
            ),
            Personal("secret", method, "user.behavior"),
            Personal("note", "redact", "user.content"),
            Public("ratio"),
            Personal("blob", method, "user.biometric"),
            Personal("gone", "drop"),
            Personal("born", "generalize", "user.demographic", ("to", "year"))
        );

    private static byte[] Record(int number, Dice dice)
    {
        var bytes = new List<byte>();
        Text($"C-{number % 40:D6}", bytes);
        bytes.Add((byte)dice.Below(2));
        if (dice.OnceIn(4))
        {
            RandomBytes.Long(0, bytes);
        }
        else
        {
            RandomBytes.Long(1, bytes);
            Text($"{Mark} {number}", bytes);
        }

        RandomBytes.Long(dice.Below(100), bytes);
        Text($"{Mark}.{number}@example.com", bytes);
        Contacts(dice.Below(4), bytes, dice);
        var wishes = dice.Below(4);
        if (wishes > 0)
        {
            RandomBytes.Long(wishes, bytes);
            for (var key = 0; key < wishes; key++)
            {
                Text($"k{key}", bytes);
                RandomBytes.Long(1, bytes);
                Text($"{Mark} wishes {key}", bytes);
            }
        }

        RandomBytes.Long(0, bytes);
        RandomBytes.Long(1, bytes);
        RandomBytes.Long(1, bytes);
        Text(Mark, bytes);
        Contacts(1, bytes, dice);
        RandomBytes.Long(0, bytes);
        Text($"{Mark} wrote a note", bytes);
        bytes.AddRange(BitConverter.GetBytes(dice.Below(1000) / 7.0));
        Text($"{Mark} is bytes", bytes);
        RandomBytes.Long(1, bytes);
        Text($"{Mark} is gone", bytes);
        RandomBytes.Long(0, bytes);
        RandomBytes.Long(dice.Below(20_000), bytes);
        return [.. bytes];
    }

    private static void Contacts(int count, List<byte> bytes, Dice dice)
    {
        if (count > 0)
        {
            var block = new List<byte>();
            for (var index = 0; index < count; index++)
            {
                RandomBytes.Long(dice.Below(2), block);
                Text($"{Mark} {index}", block);
                RandomBytes.Long(dice.Below(20_000), block);
            }

            RandomBytes.Long(-count, bytes);
            RandomBytes.Long(block.Count, bytes);
            bytes.AddRange(block);
        }

        RandomBytes.Long(0, bytes);
    }

    private static void Text(string text, List<byte> bytes)
    {
        RandomBytes.Long(text.Length, bytes);
        bytes.AddRange(Encoding.ASCII.GetBytes(text));
    }
}

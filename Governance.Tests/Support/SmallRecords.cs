using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Governance.Tests.Support;

/// <summary>
/// Short records of people, for runs of very many: two identifiers that own the record, a sealed name, a token, two plain numbers, and a text that is
/// dropped. Their topics, as many as are wanted, are datasets of one contract.
/// </summary>
internal static class SmallRecords
{
    public const string Schema = """
        {"type":"record","name":"Note","fields":[{"name":"customer_id","type":"string"},{"name":"email","type":"string"},
        {"name":"name","type":"string"},{"name":"city","type":"string"},{"name":"number","type":"long"},
        {"name":"amount","type":"double"},{"name":"text","type":"string"}]}
        """;

    /// <summary>The topics.</summary>
    public static string[] Topics(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(number => string.Create(CultureInfo.InvariantCulture, $"notes_{number:00}")),
        ];

    public static string CustomerId(int person) => string.Create(CultureInfo.InvariantCulture, $"C-{person:000000}");

    public static string Email(int person) =>
        string.Create(CultureInfo.InvariantCulture, $"person.{person}@mail.example");

    /// <summary>A record in Confluent's wire format.</summary>
    public static byte[] Encode(int schema, int person, long number, string text = "")
    {
        var record = new MemoryStream();
        Span<byte> head = stackalloc byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head[1..], schema);
        record.Write(head);
        Write(record, CustomerId(person));
        Write(record, Email(person));
        Write(record, string.Create(CultureInfo.InvariantCulture, $"Somebody the {person}th"));
        Write(record, string.Create(CultureInfo.InvariantCulture, $"Town {person % 50}"));
        Write(record, number);
        Span<byte> amount = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(amount, number / 100.0);
        record.Write(amount);
        Write(record, text);
        return record.ToArray();
    }

    /// <summary>The contract, in a folder that a service loads at its first start.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="topics">The topics, a dataset each.</param>
    /// <param name="delivery">The ways out: warehouse, topic.</param>
    public static void WriteContract(string folder, IEnumerable<string> topics, string delivery = "warehouse")
    {
        Directory.CreateDirectory(folder);
        string[] lines =
        [
            "apiVersion: v3.1.0",
            "kind: DataContract",
            "id: notes",
            "version: 1.0.0",
            "status: active",
            "name: Notes",
            "domain: energy",
            "team: { name: crm }",
            "schema:",
            .. topics.SelectMany(topic => Dataset(topic, delivery)),
        ];
        File.WriteAllLines(Path.Combine(folder, "notes.odcs.yaml"), lines);
    }

    private static string[] Dataset(string topic, string delivery) =>
        [
            $"  - name: {topic}",
            "    logicalType: object",
            "    description: Notes about people.",
            "    customProperties:",
            "      - { property: subject, value: { kind: customer, identifier: customer_id } }",
            "      - { property: onErasure, value: delete }",
            $"      - {{ property: delivery, value: {delivery} }}",
            "    properties:",
            Masked("customer_id", "user.unique_id", "surrogate", owns: "customer_id"),
            Masked("email", "user.contact.email", "surrogate", owns: "email"),
            Masked("name", "user.name", "seal"),
            Masked("city", "user.contact.address.city", "{ method: token, domain: city }"),
            "      - { name: number, logicalType: integer, required: true, classification: public }",
            "      - { name: amount, logicalType: number, required: true, classification: public }",
            Masked("text", "user.content", "drop"),
        ];

    private static string Masked(string name, string category, string masking, string? owns = null)
    {
        var identifier = owns is null
            ? ""
            : $"{{ property: identifier, value: {owns} }}, {{ property: link, value: owns }}, ";
        return $"      - {{ name: {name}, logicalType: string, required: true, customProperties: [{{ property: privacyCategory, value: {category} }}, {identifier}{{ property: masking, value: {masking} }}] }}";
    }

    private static void Write(MemoryStream record, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(record, bytes.Length);
        record.Write(bytes);
    }

    // Avro's numbers: zigzag, seven bits a byte.
    private static void Write(MemoryStream record, long number)
    {
        var rest = unchecked((ulong)((number << 1) ^ (number >> 63)));
        for (; rest > 0x7F; rest >>= 7)
        {
            record.WriteByte((byte)(rest | 0x80));
        }

        record.WriteByte((byte)rest);
    }
}

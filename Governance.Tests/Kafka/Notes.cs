using System.Text;
using Governance.Masking.Contracts;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Kafka;

/// <summary>A small dataset, and its events as a producer writes them.</summary>
internal static class Notes
{
    public const string Topic = "notes";

    public const string Schema = """
        { "type": "record", "name": "Note", "fields": [
          { "name": "id", "type": "string" },
          { "name": "words", "type": "string" } ] }
        """;

    /// <summary>The dataset, delivered as given.</summary>
    public static Dataset Of(Delivery delivery, string name = Topic) =>
        Dataset(name, "id", Id, Personal("words", "seal", "user.content"), Identifier("mail", "email", Link.Owns)) with
        {
            Delivery = delivery,
        };

    public static Column Id { get; } = Identifier("id", "customer_id", Link.Owns);

    /// <summary>To the masked topic alone, keyed by the customer's id.</summary>
    public static Delivery ToTopic { get; } = new(ToWarehouse: false, ToTopic: true, null, new ClassifiedKey(Id), []);

    /// <summary>Both ways.</summary>
    public static Delivery Both { get; } = ToTopic with { ToWarehouse = true };

    /// <summary>A value in the wire format.</summary>
    public static byte[] Value(int schemaId, string id, string words = "some words") =>
        TopicWriter.Frame(schemaId, [.. Text(id), .. Text(words)]);

    /// <summary>A text as Avro writes it; short ones.</summary>
    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes.Length.Should().BeLessThan(64);
        return [(byte)(bytes.Length * 2), .. bytes];
    }
}

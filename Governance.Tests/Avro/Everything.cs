using Governance.Masking.Contracts;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Avro;

/// <summary>A schema with every Avro type, and a contract that masks some of each.</summary>
internal static class Everything
{
    public const string Schema = """
        {
          "type": "record", "name": "Everything", "namespace": "tests",
          "fields": [
            { "name": "id", "type": "string" },
            { "name": "flag", "type": "boolean" },
            { "name": "small", "type": "int" },
            { "name": "large", "type": "long" },
            { "name": "single", "type": "float" },
            { "name": "double", "type": "double" },
            { "name": "secret_number", "type": ["null", "long", "string", "double"] },
            { "name": "blob", "type": "bytes" },
            { "name": "mark", "type": { "type": "fixed", "name": "Mark", "size": 4 } },
            { "name": "colour", "type": { "type": "enum", "name": "Colour", "symbols": ["RED", "GREEN"] } },
            { "name": "born", "type": { "type": "int", "logicalType": "date" } },
            { "name": "at_millis", "type": { "type": "long", "logicalType": "timestamp-millis" } },
            { "name": "at_micros", "type": { "type": "long", "logicalType": "timestamp-micros" } },
            { "name": "price", "type": { "type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 3 } },
            { "name": "weight", "type": { "type": "fixed", "name": "Weight", "size": 8, "logicalType": "decimal", "precision": 18, "scale": 0 } },
            { "name": "reference", "type": { "type": "string", "logicalType": "uuid" } },
            { "name": "maybe", "type": ["null", "string"] },
            { "name": "either", "type": ["null", "string", "long"] },
            { "name": "person", "type": { "type": "record", "name": "Person", "fields": [
              { "name": "given", "type": "string" },
              { "name": "nick", "type": ["null", "string"] },
              { "name": "shoe", "type": "int" } ] } },
            { "name": "contacts", "type": { "type": "array", "items": { "type": "record", "name": "Contact", "fields": [
              { "name": "kind", "type": "string" },
              { "name": "number", "type": "string" } ] } } },
            { "name": "numbers", "type": { "type": "array", "items": "long" } },
            { "name": "wishes", "type": { "type": "map", "values": "string" } },
            { "name": "hidden", "type": { "type": "map", "values": ["null", "Contact"] } },
            { "name": "gone", "type": ["null", { "type": "array", "items": "Person" }] }
          ]
        }
        """;

    public static Dataset Dataset { get; } =
        Dataset(
            "everything",
            "id",
            Identifier("id", "customer_id", Link.Owns),
            Public("flag"),
            Public("small"),
            Public("large"),
            Public("single"),
            Public("double"),
            Personal("secret_number", "seal"),
            Public("blob"),
            Public("mark"),
            Public("colour"),
            Personal("born", "seal"),
            Public("at_millis"),
            Public("at_micros"),
            Public("price"),
            Public("weight"),
            Public("reference"),
            Personal("maybe", "seal"),
            Public("either"),
            Composite("person", Personal("given", "seal"), Personal("nick", "token"), Public("shoe")),
            Composite("contacts", Composite("", Public("kind"), Identifier("number", "phone", Link.Shared))),
            Composite("numbers", Public("")),
            Composite("wishes", Public("colour"), Personal("dream", "seal")),
            Personal("hidden", "seal"),
            Personal("gone", "drop")
        );
}

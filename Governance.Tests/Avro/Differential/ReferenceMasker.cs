using System.Buffers;
using System.Collections;
using System.Text;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using Avro.IO;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Vault;

namespace Governance.Tests.Avro.Differential;

/// <summary>
/// Masks records the slow way: Apache's Avro library reads a record, each value is masked alone, the library writes the record again. Shares
/// maskers and vault with the plan, and nothing of how the plan finds and places values.
/// </summary>
/// <param name="root">The writer schema.</param>
/// <param name="dataset">The contract.</param>
/// <param name="maskedSchema">The plan's masked schema: fields are looked up in it by their names.</param>
/// <param name="keys">The tenant's keys.</param>
/// <param name="identifiers">The way to the vault.</param>
internal sealed class ReferenceMasker(
    Part root,
    Dataset dataset,
    string maskedSchema,
    TenantKeys keys,
    Identifiers identifiers
)
{
    private readonly RecordSchema _writer = Undressed(root.Define([]).ToJsonString());
    private readonly RecordSchema _masked = Undressed(maskedSchema);
    private readonly Dictionary<string, IdentifierKey> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<IdentifierKey, ReadOnlyMemory<byte>> _found = [];
    private Dictionary<IdentifierKey, ResolvedIdentifier> _resolved = [];

    /// <summary>A masked record; <see langword="null"/> where it cannot be masked.</summary>
    public async Task<ReferenceRecord?> MaskAsync(byte[] body)
    {
        var record = Decode(_writer, body);
        _slots.Clear();
        _found.Clear();
        _resolved = [];
        try
        {
            Collect(root, record, dataset.Columns, repeated: false);
            await identifiers.ResolveAsync(_found, _resolved, TestContext.Current.CancellationToken);
            var masked = Fields(root, record, dataset.Columns, _masked);
            return new ReferenceRecord(Encode(_masked, (GenericRecord)masked.Avro!), masked.Json as JsonObject);
        }
        catch (Exception exception) when (exception is UnmaskableValueException or UnmaskableRecordException)
        {
            return null;
        }
    }

    /// <summary>Avro bytes as Apache's library would have written them.</summary>
    public byte[] Canonical(ReadOnlyMemory<byte> masked) => Encode(_masked, Decode(_masked, masked.ToArray()));

    // Logical types are the library's own affair: without them it gives back what stands in the bytes.
    private static RecordSchema Undressed(string schema)
    {
        var json = JsonNode.Parse(schema)!;
        Undress(json);
        return (RecordSchema)Schema.Parse(json.ToJsonString());
    }

    private static void Undress(JsonNode? json)
    {
        if (json is JsonArray array)
        {
            foreach (var item in array)
            {
                Undress(item);
            }
        }
        else if (json is JsonObject definition)
        {
            _ = definition.Remove("logicalType");
            foreach (var (_, value) in definition)
            {
                Undress(value);
            }
        }
    }

    private static GenericRecord Decode(RecordSchema schema, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        var record = new GenericDatumReader<GenericRecord>(schema, schema).Read(null!, new BinaryDecoder(stream));
        stream.Position.Should().Be(bytes.Length, "nothing is behind a record");
        return record;
    }

    private static byte[] Encode(RecordSchema schema, GenericRecord record)
    {
        using var stream = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(schema).Write(record, new BinaryEncoder(stream));
        return stream.ToArray();
    }

    private static string? Method(Column column) => column.Masking?.Method is "plain" ? null : column.Masking?.Method;

    private static Part Branch(Part union, object value) =>
        union.Branches.Single(branch =>
            value switch
            {
                GenericRecord record => branch.Name == record.Schema.Fullname,
                GenericFixed fix => branch.Name == fix.Schema.Fullname,
                GenericEnum symbol => branch.Name == symbol.Schema.Fullname,
                _ => branch.Kind
                    == value switch
                    {
                        bool => "boolean",
                        int => "int",
                        long => "long",
                        float => "float",
                        double => "double",
                        string => "string",
                        byte[] => "bytes",
                        IDictionary => "map",
                        _ => "array",
                    },
            }
        );

    private static object Scalar(object value) =>
        value switch
        {
            GenericFixed fix => fix.Value,
            GenericEnum symbol => symbol.Value,
            _ => value,
        };

    private static IEnumerable<(Column Column, object? Value)> Children(
        Part part,
        object value,
        IEnumerable<Column> columns
    ) =>
        (part.Kind, value) switch
        {
            ("record", GenericRecord record) => part.Fields.Select(field =>
                (columns.Single(column => column.Name == field.Name), (object?)record[field.Name])
            ),
            ("map", IDictionary<string, object?> map) => map.Select(entry =>
                (columns.Single(column => column.Name == entry.Key), entry.Value)
            ),
            _ => ((IEnumerable)value).Cast<object?>().Select(item => (columns.Single(), item)),
        };

    private static Part TypeOf(Part part, Column column) =>
        part.Kind == "record" ? part.Fields.Single(field => field.Name == column.Name).Type : part.Item!;

    private void Collect(Part part, object value, IEnumerable<Column> columns, bool repeated)
    {
        foreach (var (column, child) in Children(part, value, columns))
        {
            Collect(TypeOf(part, column), child, column, repeated || part.Kind != "record");
        }
    }

    private void Collect(Part part, object? value, Column column, bool repeated)
    {
        if (value is null || Method(column) == "drop")
        {
            return;
        }

        var type = part.Kind == "union" ? Branch(part, value) : part;
        if (type.IsComposite)
        {
            if (Method(column) is null)
            {
                Collect(type, value, column.Children, repeated);
            }
        }
        else if (column is { Identifier: { } domain, Link: not null } && Method(column) is not null)
        {
            var plain = Encoding.UTF8.GetBytes(Text(type, value));
            if (!identifiers.TryGetKey(domain, plain, out var key))
            {
                throw new UnmaskableRecordException();
            }

            _found[key] = plain;
            if (!repeated)
            {
                _slots[column.Path] = key;
            }
        }
    }

    private static string Text(Part part, object value) =>
        ReferenceText.Of(part, Scalar(value)) ?? throw new UnmaskableRecordException();

    // Whether anything of a column is kept: what is not has no place in the masked record.
    private static bool Kept(Part part, Column column) =>
        Method(column) switch
        {
            "drop" => false,
            null => part.Values switch
            {
                [{ IsNull: true }] or [] => false,
                [{ Kind: "record" } record] => record.Fields.Any(field =>
                    Kept(field.Type, column.Children.Single(child => child.Name == field.Name))
                ),
                [{ IsComposite: true, Item: { } item }] => column.Children.Any(child => Kept(item, child)),
                _ => true,
            },
            _ => true,
        };

    private Masked Fields(Part part, GenericRecord record, IReadOnlyList<Column> columns, RecordSchema masked)
    {
        var kept = part
            .Fields.Where(field => Kept(field.Type, columns.Single(column => column.Name == field.Name)))
            .ToArray();
        masked.Fields.Select(field => field.Name).Should().Equal(kept.Select(field => field.Name));
        var avro = new GenericRecord(masked);
        var json = new JsonObject();
        foreach (var field in kept)
        {
            var column = columns.Single(other => other.Name == field.Name);
            var value = Value(field.Type, record[field.Name], column, masked[field.Name].Schema);
            avro.Add(field.Name, value.Avro);
            json[field.Name] = value.Json;
        }

        return new Masked(avro, json);
    }

    private Masked Value(Part part, object? value, Column column, Schema masked)
    {
        if (value is null)
        {
            return new Masked(null, null);
        }

        var type = part.Kind == "union" ? Branch(part, value) : part;
        var several = Method(column) is null && part.Values.Length > 1;
        if (masked is UnionSchema union)
        {
            masked = several
                ? union.Schemas[Array.IndexOf(part.Branches, type)]
                : union.Schemas.Single(branch => branch.Tag != Schema.Type.Null);
        }

        if (Method(column) is not null)
        {
            return type.IsScalar
                ? MaskedScalar(type, Text(type, value), column, masked)
                : MaskedText(Whole(type, value)!.ToJsonString(), column);
        }

        var plain = Plain(type, value, column, masked);
        return several ? new Masked(plain.Avro, new JsonObject { [$"{type.SimpleName}_value"] = plain.Json }) : plain;
    }

    private Masked Plain(Part type, object value, Column column, Schema masked)
    {
        switch (value)
        {
            case GenericRecord record:
                return Fields(type, record, column.Children, (RecordSchema)masked);
            case IDictionary<string, object?> map:
                var entries = map.Select(entry =>
                        (entry.Key, entry.Value, Column: column.Children.Single(child => child.Name == entry.Key))
                    )
                    .Where(entry => Kept(type.Item!, entry.Column))
                    .Select(entry =>
                        (
                            entry.Key,
                            Masked: Value(type.Item!, entry.Value, entry.Column, ((MapSchema)masked).ValueSchema)
                        )
                    )
                    .ToArray();
                return new Masked(
                    entries.ToDictionary(entry => entry.Key, entry => entry.Masked.Avro!, StringComparer.Ordinal),
                    new JsonObject(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Masked.Json)))
                );
            case IList list and not byte[]:
                var items = list.Cast<object?>()
                    .Select(item => Value(type.Item!, item, column.Children.Single(), ((ArraySchema)masked).ItemSchema))
                    .ToArray();
                return new Masked(
                    items.Select(item => item.Avro!).ToArray(),
                    new JsonArray([.. items.Select(item => item.Json)])
                );
            default:
                return new Masked(
                    Rebuilt(Scalar(value), masked),
                    ReferenceText.Of(type, Scalar(value)) is { } text ? JsonValue.Create(text) : Unwritable
                );
        }
    }

    /// <summary>In JSON's place where a plain value is outside its logical type.</summary>
    public static JsonNode Unwritable => new JsonObject { ["unwritable"] = true };

    private static object Rebuilt(object value, Schema masked) =>
        (masked, value) switch
        {
            (FixedSchema schema, byte[] bytes) => new GenericFixed(schema, bytes),
            (EnumSchema schema, string symbol) => new GenericEnum(schema, symbol),
            _ => value,
        };

    private Masked MaskedScalar(Part type, string plain, Column column, Schema masked)
    {
        if (Method(column) == "surrogate")
        {
            _ = identifiers.TryGetKey(column.Identifier!, Encoding.UTF8.GetBytes(plain), out var key);
            var surrogate = _resolved[key].Surrogate.ToString();
            return new Masked(surrogate, surrogate);
        }

        var (text, masker) = Mask(plain, column, ReferenceText.TypeOf(type));
        return new Masked(Rebuilt(ReferenceText.Read(type, masker.Output, text), masked), text);
    }

    private Masked MaskedText(string plain, Column column)
    {
        var (text, _) = Mask(plain, column, Governance.Masking.Avro.ScalarType.Text);
        return new Masked(text, text);
    }

    private (string Text, IValueMasker Masker) Mask(
        string plain,
        Column column,
        Governance.Masking.Avro.ScalarType input
    )
    {
        var rule = column.Masking!;
        var subject = dataset.AllColumns().First(other => other.Path == dataset.Subject!.Identifier);
        var masker = MaskingMethods
            .Get(rule, column)
            .Compile(new MaskingTarget(rule, column, input, subject.Identifier!), keys);
        SubjectKey? key = null;
        if (masker.NeedsSubjectKey)
        {
            key = _slots.TryGetValue(subject.Path, out var found)
                ? _resolved[found].Key
                : throw new UnmaskableRecordException();
        }

        var output = new ArrayBufferWriter<byte>();
        masker.Mask(Encoding.UTF8.GetBytes(plain), new ValueContext(key, []), output);
        return (Encoding.UTF8.GetString(output.WrittenSpan), masker);
    }

    // Whether a type can hold anything but null: a field that cannot is left out of the text.
    private static bool SaysSomething(Part part) =>
        part.Kind switch
        {
            "null" => false,
            "record" => part.Fields.Any(field => SaysSomething(field.Type)),
            "array" => SaysSomething(part.Item!),
            _ => true,
        };

    // A composite that is masked whole is masked as the JSON text of all that it holds.
    private static JsonNode? Whole(Part part, object? value)
    {
        if (value is null)
        {
            return null;
        }

        var type = part.Kind == "union" ? Branch(part, value) : part;
        return value switch
        {
            GenericRecord record => new JsonObject(
                type.Fields.Where(field => SaysSomething(field.Type))
                    .Select(field => KeyValuePair.Create(field.Name, Whole(field.Type, record[field.Name])))
            ),
            IDictionary<string, object?> map => new JsonObject(
                map.Select(entry => KeyValuePair.Create(entry.Key, Whole(type.Item!, entry.Value)))
            ),
            IList list and not byte[] => new JsonArray([
                .. list.Cast<object?>().Select(item => Whole(type.Item!, item)),
            ]),
            _ => JsonValue.Create(Text(type, value)),
        };
    }

    private readonly record struct Masked(object? Avro, JsonNode? Json);
}

/// <summary>A record as the reference masked it.</summary>
/// <param name="Avro">In Avro, as Apache's library writes it.</param>
/// <param name="Json">As JSON.</param>
internal sealed record ReferenceRecord(byte[] Avro, JsonObject? Json);

/// <summary>The reference cannot mask a record: a value outside its type, no identifier, no subject.</summary>
internal sealed class UnmaskableRecordException : Exception;

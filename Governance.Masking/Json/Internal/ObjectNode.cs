using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Methods;

namespace Governance.Masking.Json.Internal;

/// <summary>An object, or a map whose keys the contract names: a property that no column classifies is not passed on.</summary>
internal sealed class ObjectNode : JsonNode
{
    private const int LongestName = 512;

    private readonly string _path;
    private readonly ImmutableArray<(byte[] Name, JsonNode Node)> _properties;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _byName;

    public ObjectNode(string path, ImmutableArray<(string Name, JsonNode Node)> properties)
    {
        _path = path;
        _properties = [.. properties.Select(property => (Encoding.UTF8.GetBytes(property.Name), property.Node))];
        _byName = properties
            .Select((property, number) => KeyValuePair.Create(property.Name, number))
            .ToFrozenDictionary(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        IsDropped = !properties.IsEmpty && properties.All(property => property.Node.IsDropped);
    }

    public override bool IsDropped { get; }

    public override void Gather(ref Utf8JsonReader reader, JsonBatch batch)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw WrongShape(_path, "an object");
        }

        Span<bool> seen =
            _properties.Length <= 256 ? stackalloc bool[_properties.Length] : new bool[_properties.Length];
        var guess = 0;
        var kept = false;

        // Where a cut begins whose end is the next property: a dropped one before the first that is kept takes its comma along.
        var open = -1;
        var end = (int)reader.BytesConsumed;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            if (open >= 0)
            {
                batch.Cut(open, start);
                open = -1;
            }

            var number = Find(ref reader, guess);
            guess = number + 1;
            if (seen[number])
            {
                throw new UnmaskableValueException(
                    EventFaults.MalformedJson,
                    "a property stands twice in one object, and readers differ in which of both counts"
                );
            }

            seen[number] = true;
            _ = reader.Read();
            var node = _properties[number].Node;
            if (!node.IsDropped)
            {
                kept = true;
                batch.Gather(ref reader, node);
            }
            else if (kept)
            {
                batch.GatherDropped(ref reader, node);
                batch.Cut(end, (int)reader.BytesConsumed);
            }
            else
            {
                batch.GatherDropped(ref reader, node);
                open = start;
            }

            end = (int)reader.BytesConsumed;
        }

        if (open >= 0)
        {
            batch.Cut(open, end);
        }
    }

    private int Find(ref Utf8JsonReader reader, int guess)
    {
        // Writers keep to an order, most often the contract's.
        if (guess < _properties.Length && reader.ValueTextEquals(_properties[guess].Name))
        {
            return guess;
        }

        Span<char> name = stackalloc char[LongestName];
        if (
            reader.ValueSpan.Length <= LongestName
            && _byName.TryGetValue(name[..reader.CopyString(name)], out var number)
        )
        {
            return number;
        }

        throw new UnmaskableValueException(
            EventFaults.UnclassifiedField,
            _path.Length == 0
                ? "the object has a property that no column of the contract classifies"
                : $"{_path} has a property that no column of the contract classifies"
        );
    }
}

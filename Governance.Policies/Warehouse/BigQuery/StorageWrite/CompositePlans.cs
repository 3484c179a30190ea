using System.Text.Json;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>A nested record.</summary>
internal sealed class MessagePlan(RecordPlan record, string path) : ValuePlan(path)
{
    public override string? Write(ref Utf8JsonReader reader, ProtoBuffer output, int number)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return $"column {Path} is not a record";
        }

        var start = output.Open(number);
        var fault = record.Write(ref reader, output);
        output.Close(start);
        return fault;
    }
}

/// <summary>A list whose items are never null.</summary>
internal sealed class ListPlan(ValuePlan item, string path) : ValuePlan(path)
{
    public override string? Write(ref Utf8JsonReader reader, ProtoBuffer output, int number)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return $"column {Path} is not a list";
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                return $"column {Path} has an item that is null";
            }

            if (item.Write(ref reader, output, number) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }
}

/// <summary>A list whose items are records of one field, which may be null, or a list itself.</summary>
internal sealed class WrappedListPlan(ValuePlan item, string path) : ValuePlan(path)
{
    public override string? Write(ref Utf8JsonReader reader, ProtoBuffer output, int number)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return $"column {Path} is not a list";
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = output.Open(number);
            if (reader.TokenType != JsonTokenType.Null && item.Write(ref reader, output, number: 1) is { } fault)
            {
                return fault;
            }

            output.Close(start);
        }

        return null;
    }
}

/// <summary>A map: records of a key and its value.</summary>
internal sealed class MapPlan(ValuePlan value, string path) : ValuePlan(path)
{
    private const int Key = 1;
    private const int Value = 2;

    public override string? Write(ref Utf8JsonReader reader, ProtoBuffer output, int number)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return $"column {Path} is not a map";
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!keys.Add(reader.GetString()!))
            {
                return $"column {Path} has a key twice";
            }

            var start = output.Open(number);
            output.WriteText(Key, ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null && value.Write(ref reader, output, Value) is { } fault)
            {
                return fault;
            }

            output.Close(start);
        }

        return null;
    }
}

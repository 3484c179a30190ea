using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Governance.Policies.Rego.Values;

/// <summary>JSON in and out. Numbers keep their text; of members with one name the last one stands.</summary>
internal static class JsonText
{
    private const int Depth = 256;

    public static RegoValue Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    public static RegoValue Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Depth });
            if (!reader.Read())
            {
                throw new RegoJsonException("There is no JSON value.");
            }

            var value = ReadValue(ref reader);
            return reader.Read() ? throw new RegoJsonException("There is text after the JSON value.") : value;
        }
        catch (JsonException exception)
        {
            throw new RegoJsonException(
                $"Not JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."
            );
        }
        catch (InvalidOperationException)
        {
            throw new RegoJsonException("A string holds an incomplete character.");
        }
    }

    public static string Write(RegoValue value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, RegoValue value)
    {
        switch (value)
        {
            case BoolValue flag:
                text.Append(flag.Value ? "true" : "false");
                break;
            case NumberValue number:
                text.Append(JsonNumber(number));
                break;
            case StringValue own:
                Quote(text, own.Text);
                break;
            case ArrayValue array:
                WriteAll(text, array.Items);
                break;
            case SetValue set:
                WriteAll(text, set.Items);
                break;
            case ObjectValue map:
                text.Append('{');
                for (var i = 0; i < map.Count; i++)
                {
                    if (i > 0)
                    {
                        text.Append(',');
                    }

                    Quote(text, Key(map.Keys[i]));
                    text.Append(':');
                    Write(text, map.Values[i]);
                }

                text.Append('}');
                break;
            default:
                text.Append("null");
                break;
        }
    }

    // As Go writes it, without what it escapes for the sake of browsers: nothing but what has to be escaped is.
    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            switch (unit)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append(@"\\");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < ' ':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                    break;
                default:
                    text.Append(unit);
                    break;
            }
        }

        text.Append('"');
    }

    /// <summary>The name under which a key is written: of what is no string, its JSON.</summary>
    public static string Key(RegoValue key) => key is StringValue text ? text.Text : Write(key);

    private static string JsonNumber(NumberValue number) => number.Text.TrimStart('+');

    private static void WriteAll(StringBuilder text, RegoValue[] items)
    {
        text.Append('[');
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            Write(text, items[i]);
        }

        text.Append(']');
    }

    private static RegoValue ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return NullValue.Instance;
            case JsonTokenType.True:
                return BoolValue.True;
            case JsonTokenType.False:
                return BoolValue.False;
            case JsonTokenType.String:
                return new StringValue(reader.GetString()!);
            case JsonTokenType.Number:
                return ReadNumber(ref reader);
            case JsonTokenType.StartArray:
                var items = new List<RegoValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(ref reader));
                }

                return items.Count == 0 ? ArrayValue.Empty : new ArrayValue([.. items]);
            default:
                var map = new ObjectBuilder();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = new StringValue(reader.GetString()!);
                    reader.Read();
                    map.Set(key, ReadValue(ref reader));
                }

                return map.Build();
        }
    }

    private static NumberValue ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length < 18 && reader.ValueSpan[0] != '-' && reader.TryGetInt64(out var whole))
        {
            // As long as the text is what the number would be written as.
            if (reader.ValueSpan.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
            {
                return NumberValue.Of(whole);
            }
        }

        return NumberValue.Parse(Encoding.ASCII.GetString(reader.ValueSpan))
            ?? throw new RegoJsonException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A number has more than {ExactDecimal.MostDigits} digits; that is more than is computed with."
                )
            );
    }
}

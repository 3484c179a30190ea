using System.Globalization;
using System.Text;

namespace Governance.Policies.Rego.Values;

/// <summary>Values as Rego writes them: what <c>sprintf</c>'s <c>%v</c> prints.</summary>
internal static class RegoText
{
    public static string Write(RegoValue value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    public static void Write(StringBuilder text, RegoValue value)
    {
        switch (value)
        {
            case NullValue:
                text.Append("null");
                break;
            case BoolValue flag:
                text.Append(flag.Value ? "true" : "false");
                break;
            case NumberValue number:
                text.Append(number.Text);
                break;
            case StringValue own:
                Quote(text, own.Text);
                break;
            case ArrayValue array:
                WriteAll(text, '[', array.Items, ']');
                break;
            case SetValue { Items.Length: 0 }:
                text.Append("set()");
                break;
            case SetValue set:
                WriteAll(text, '{', set.Items, '}');
                break;
            case ObjectValue map:
                text.Append('{');
                for (var i = 0; i < map.Count; i++)
                {
                    if (i > 0)
                    {
                        text.Append(", ");
                    }

                    Write(text, map.Keys[i]);
                    text.Append(": ");
                    Write(text, map.Values[i]);
                }

                text.Append('}');
                break;
            default:
                text.Append("<undefined>");
                break;
        }
    }

    /// <summary>Go's <c>strconv.Quote</c>.</summary>
    public static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var unit = value[i];
            switch (unit)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append(@"\\");
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
                case '\a':
                    text.Append("\\a");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\v':
                    text.Append("\\v");
                    break;
                case < ' ' or '\u007f':
                    text.Append(CultureInfo.InvariantCulture, $"\\x{(int)unit:x2}");
                    break;
                default:
                    if (i + 1 < value.Length && char.IsSurrogatePair(unit, value[i + 1]))
                    {
                        text.Append(unit).Append(value[++i]);
                    }
                    else if (char.IsControl(unit) || unit is '\u2028' or '\u2029' or '\ufeff' or '\u00a0' or '\u00ad')
                    {
                        text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                    }
                    else
                    {
                        text.Append(unit);
                    }

                    break;
            }
        }

        text.Append('"');
    }

    private static void WriteAll(StringBuilder text, char open, RegoValue[] items, char close)
    {
        text.Append(open);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                text.Append(", ");
            }

            Write(text, items[i]);
        }

        text.Append(close);
    }
}

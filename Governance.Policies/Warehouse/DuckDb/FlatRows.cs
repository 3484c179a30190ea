using System.Buffers.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using Governance.Masking.Avro;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>
/// Appends rows that hold single values straight to their table, by DuckDB's appender: several times faster than through text and a cast. It
/// takes what is exactly as its schema says, and nothing else; whatever is a little different goes the way of all rows, and is judged there.
/// </summary>
internal sealed class FlatRows
{
    private readonly MaskedRows _rows;
    private readonly string[] _names;

    // For each column of the table behind the system's, which field of the record it is, or -1 for none.
    private readonly int[] _fields;
    private readonly ScalarKind[] _kinds;
    private readonly Value[] _values;

    private FlatRows(MaskedRows rows, int[] fields, ScalarKind[] kinds)
    {
        _rows = rows;
        _names = [.. rows.Schema.Columns.Select(column => column.Name)];
        _fields = fields;
        _kinds = kinds;
        _values = new Value[_names.Length];
    }

    /// <summary>The way for rows of one dataset; <see langword="null"/> where their schema holds more than single values, or there is no such table.</summary>
    public static FlatRows? Of(DuckDbSession session, MaskedRows rows)
    {
        var names = rows.Schema.Columns.Select(column => column.Name).ToList();
        if (
            rows.Schema.Columns.Any(column => column.Type is not ScalarType)
            || TableColumns.Read(session, rows.Dataset.Name) is not { } table
        )
        {
            return null;
        }

        var fields = table.Fields.Select(column => names.IndexOf(column.Name)).ToArray();
        var kinds = new ScalarKind[names.Count];
        var seen = 0;
        for (var column = 0; column < fields.Length; column++)
        {
            // The table's type counts: it may be wider than the record's. And every column's does: the appender cannot leave one out.
            if (table.Fields[column].Type is not ScalarType { Kind: var kind } || !IsTaken(kind))
            {
                return null;
            }

            if (fields[column] >= 0)
            {
                kinds[fields[column]] = kind;
                seen++;
            }
        }

        return seen == names.Count ? new FlatRows(rows, fields, kinds) : null;
    }

    /// <summary>Appends what it takes.</summary>
    /// <returns>The rows that it does not take.</returns>
    public List<MaskedRow> Append(DuckDbSession session, string source, DateTimeOffset now)
    {
        var rest = new List<MaskedRow>();
        using var appender = session.Connection.CreateAppender(_rows.Dataset.Name);
        foreach (var row in _rows.Rows)
        {
            if (Read(row))
            {
                Append(appender.CreateRow(), row, source, now);
            }
            else
            {
                rest.Add(row);
            }
        }

        appender.Close();
        return rest;
    }

    private static bool IsTaken(ScalarKind kind) =>
        kind
            is ScalarKind.Text
                or ScalarKind.Bytes
                or ScalarKind.Boolean
                or ScalarKind.Int32
                or ScalarKind.Int64
                or ScalarKind.Double
                or ScalarKind.Timestamp
                or ScalarKind.LocalTimestamp
                or ScalarKind.Uuid;

    private void Append(IDuckDBAppenderRow to, in MaskedRow row, string source, DateTimeOffset now)
    {
        to.AppendValue(row.Partition)
            .AppendValue(row.Offset)
            .AppendValue(Whole(row.EventTime))
            .AppendValue(Whole(now))
            .AppendValue(source);
        foreach (var field in _fields)
        {
            if (field < 0 || _values[field].IsNull)
            {
                _ = to.AppendNullValue();
                continue;
            }

            ref readonly var value = ref _values[field];
            _ = _kinds[field] switch
            {
                ScalarKind.Text => to.AppendValue(value.Text),
                ScalarKind.Bytes => to.AppendValue(Convert.FromHexString(value.Text!)),
                ScalarKind.Boolean => to.AppendValue(value.Number != 0),
                ScalarKind.Int32 => to.AppendValue((int)value.Number),
                ScalarKind.Int64 => to.AppendValue(value.Number),
                ScalarKind.Double => to.AppendValue(value.Real),
                ScalarKind.Uuid => to.AppendValue(value.Id),
                _ => to.AppendValue(new DateTime(value.Number, DateTimeKind.Utc)),
            };
        }

        to.EndRow();
    }

    // Microseconds, as the other way has them.
    private static DateTime Whole(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);

    /// <summary>Reads a row's values; tells whether it is one object with exactly the schema's fields, in its order, each in its text form.</summary>
    private bool Read(in MaskedRow row)
    {
        try
        {
            var reader = new Utf8JsonReader(row.Json.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            for (var field = 0; field < _names.Length; field++)
            {
                if (
                    !reader.Read()
                    || reader.TokenType != JsonTokenType.PropertyName
                    || !reader.ValueTextEquals(_names[field])
                    || !reader.Read()
                    || !Read(ref reader, field)
                )
                {
                    return false;
                }
            }

            return reader.Read() && reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private bool Read(ref Utf8JsonReader reader, int field)
    {
        ref var value = ref _values[field];
        value = default;
        if (reader.TokenType == JsonTokenType.Null)
        {
            value.IsNull = true;
            return true;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        var kind = _kinds[field];
        if (kind == ScalarKind.Text)
        {
            value.Text = reader.GetString();
            return true;
        }

        if (reader.ValueIsEscaped)
        {
            return false;
        }

        var text = reader.ValueSpan;
        switch (kind)
        {
            case ScalarKind.Bytes:
                value.Text = reader.GetString();
                return value.Text!.Length % 2 == 0 && value.Text.All(char.IsAsciiHexDigit);
            case ScalarKind.Boolean:
                value.Number = text.SequenceEqual("true"u8) ? 1 : 0;
                return value.Number == 1 || text.SequenceEqual("false"u8);
            case ScalarKind.Int32:
            case ScalarKind.Int64:
                return Utf8Parser.TryParse(text, out value.Number, out var digits)
                    && digits == text.Length
                    && text[0] != (byte)'+'
                    && (kind == ScalarKind.Int64 || value.Number is >= int.MinValue and <= int.MaxValue);
            case ScalarKind.Double:
                return Utf8Parser.TryParse(text, out value.Real, out var length)
                    && length == text.Length
                    && double.IsFinite(value.Real);
            case ScalarKind.Uuid:
                return text.Length == 36 && Utf8Parser.TryParse(text, out value.Id, out var taken, 'D') && taken == 36;
            default:
                return TryReadInstant(text, kind == ScalarKind.Timestamp, out value.Number);
        }
    }

    // yyyy-MM-ddTHH:mm:ss.ffffff, and a Z behind an instant.
    private static bool TryReadInstant(ReadOnlySpan<byte> text, bool isInstant, out long ticks)
    {
        ticks = 0;
        if (
            text.Length != (isInstant ? 27 : 26)
            || text[4] != '-'
            || text[7] != '-'
            || text[10] != 'T'
            || text[13] != ':'
            || text[16] != ':'
            || text[19] != '.'
            || (isInstant && text[26] != 'Z')
            || !TryRead(text[..4], out var year)
            || !TryRead(text[5..7], out var month)
            || !TryRead(text[8..10], out var day)
            || !TryRead(text[11..13], out var hour)
            || !TryRead(text[14..16], out var minute)
            || !TryRead(text[17..19], out var second)
            || !TryRead(text[20..26], out var fraction)
            || year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        )
        {
            return false;
        }

        ticks =
            new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks
            + (fraction * TimeSpan.TicksPerMicrosecond);
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return true;
    }

    private struct Value
    {
        public bool IsNull;
        public long Number;
        public double Real;
        public Guid Id;
        public string? Text;
    }
}

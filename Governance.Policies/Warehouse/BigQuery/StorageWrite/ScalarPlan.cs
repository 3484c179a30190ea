using System.Text;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Policies.Warehouse.BigQuery.Tables;

namespace Governance.Policies.Warehouse.BigQuery.StorageWrite;

/// <summary>A single value.</summary>
internal sealed class ScalarPlan(BigQueryField field, ScalarKind kind, string path) : ValuePlan(path)
{
    private readonly bool _isFloat = field.Type == FieldTypes.Float;
    private readonly ScalarType? _digits =
        kind == ScalarKind.Decimal
            ? (ScalarType)FieldMapping.ToMasked(field with { Mode = FieldModes.Nullable })!
            : null;

    public override string? Write(ref Utf8JsonReader reader, ProtoBuffer output, int number)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return $"column {Path} is not a text";
        }

        if (kind == ScalarKind.Text)
        {
            output.WriteText(number, ref reader);
            return null;
        }

        // No text form but that of text itself has anything to escape, so this is rare.
        var text = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        return TryWrite(text, output, number) ? null : $"column {Path} holds what is no {kind}";
    }

    private bool TryWrite(ReadOnlySpan<byte> text, ProtoBuffer output, int number)
    {
        switch (kind)
        {
            case ScalarKind.Bytes:
                return output.TryWriteHex(number, text);
            case ScalarKind.Boolean:
                var isTrue = text.SequenceEqual("true"u8);
                output.WriteBoolean(number, isTrue);
                return isTrue || text.SequenceEqual("false"u8);
            case ScalarKind.Int32:
            case ScalarKind.Int64:
                if (
                    !ScalarText.TryInteger(text, out var whole)
                    || (kind == ScalarKind.Int32 && whole is < int.MinValue or > int.MaxValue)
                )
                {
                    return false;
                }

                if (_isFloat)
                {
                    output.WriteDouble(number, whole);
                }
                else
                {
                    output.WriteInt64(number, whole);
                }

                return true;
            case ScalarKind.Float:
                var isSingle = ScalarText.TrySingle(text, out var single);
                output.WriteDouble(number, single);
                return isSingle;
            case ScalarKind.Double:
                var isDouble = ScalarText.TryDouble(text, out var real);
                output.WriteDouble(number, real);
                return isDouble;
            case ScalarKind.Decimal:
                output.WriteBytes(number, text);
                return ScalarText.IsDecimal(text, _digits!.Precision, _digits.Scale);
            case ScalarKind.Date:
                var isDate = ScalarText.TryDate(text, out var days);
                output.WriteInt64(number, days);
                return isDate;
            case ScalarKind.Time:
                output.WriteBytes(number, text);
                return ScalarText.TryTime(text, out _);
            case ScalarKind.Timestamp:
                var isTimestamp = ScalarText.TryTimestamp(text, out var moment);
                output.WriteInt64(number, moment);
                return isTimestamp;
            case ScalarKind.LocalTimestamp:
                output.WriteBytes(number, text);
                return ScalarText.TryDateTime(text, out _);
            case ScalarKind.Uuid:
                Span<byte> canonical = stackalloc byte[FieldMapping.UuidLength];
                var isUuid = ScalarText.TryUuid(text, canonical);
                output.WriteBytes(number, canonical);
                return isUuid;
            default:
                return false;
        }
    }
}

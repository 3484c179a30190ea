using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Json.Internal;
using Governance.Masking.Methods;

namespace Governance.Masking.Json;

/// <summary>
/// A batch of JSON objects of one <see cref="JsonMaskingPlan"/>. An object is walked once; untouched bytes are copied from it as they
/// are, masked values are put in between, dropped properties are cut out.
/// </summary>
/// <example>
/// <code>
/// var batch = plan.NewBatch();
/// batch.Add("""{"email":"ada@example.com"}"""u8.ToArray());
/// await batch.MaskAsync(identifiers);
/// if (batch.FaultOf(0) is null) { batch.Write(0, output); }
/// batch.Clear();
/// </code>
/// </example>
#pragma warning disable CA1001 // Its one disposable part is a JSON writer over a column's bytes, which holds nothing that must be given back.
public sealed class JsonBatch : RecordBatch
#pragma warning restore CA1001
{
    /// <summary>The largest object that is masked, in bytes.</summary>
    public const int MaximumBytes = 16 * 1024 * 1024;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 64 };

    private readonly JsonMaskingPlan _plan;
    private readonly ByteBuffer _spliced = new();
    private ReadOnlyMemory<byte>[] _bodies = [];
    private Edit[] _edits = [];
    private int[] _editEnds = [];
    private int _editCount;
    private Utf8JsonWriter? _whole;

    internal JsonBatch(JsonMaskingPlan plan)
        : base(plan.Layout) => _plan = plan;

    /// <summary>Adds an object. Where it is none, or not what the contract says, it has a fault (see <see cref="RecordBatch.FaultOf"/>).</summary>
    /// <param name="json">
    /// The object as UTF-8, at most <see cref="MaximumBytes"/>. Not copied: it must stay as it is until the batch is cleared.
    /// </param>
    public void Add(ReadOnlyMemory<byte> json)
    {
        BeginRecord();
        if (Count == _bodies.Length)
        {
            var length = Math.Max(64, Count * 2);
            Array.Resize(ref _bodies, length);
            Array.Resize(ref _editEnds, length);
        }

        var first = _editCount;
        _bodies[Count] = json;
        try
        {
            Gather(json.Span);
            _editEnds[Count] = _editCount;
            EndRecord();
        }
        catch (Exception exception) when (Fault(exception) is { } fault)
        {
            _editCount = first;
            _editEnds[Count] = first;
            RefuseRecord(fault.Code, fault.Reason);
        }
    }

    /// <summary>Writes a masked object. Values that the contract keeps plain, and the order of properties, are as they came.</summary>
    /// <param name="record">Its number, in the order of <see cref="Add"/>.</param>
    /// <param name="output">Where it goes, as UTF-8.</param>
    /// <exception cref="InvalidOperationException">The object has a fault, or was left out.</exception>
    public void Write(int record, IBufferWriter<byte> output)
    {
        ExpectMasked(record);
        var body = _bodies[record].Span;
        var position = 0;
        foreach (ref readonly var edit in _edits.AsSpan()[(record == 0 ? 0 : _editEnds[record - 1]).._editEnds[record]])
        {
            output.Write(body[position..edit.Start]);
            position = edit.End;
            if (edit.Column >= 0)
            {
                WriteMasked(Column(edit.Column).Masked(edit.Value), edit.Quoted, output);
            }
        }

        output.Write(body[position..]);
    }

    /// <summary>Writes a masked object as one value of a larger document.</summary>
    /// <param name="record">Its number, in the order of <see cref="Add"/>.</param>
    /// <param name="output">Where it goes.</param>
    /// <exception cref="InvalidOperationException">The object has a fault, or was left out.</exception>
    public void Write(int record, Utf8JsonWriter output)
    {
        _spliced.Clear();
        Write(record, _spliced);
        output.WriteRawValue(_spliced.Written, skipInputValidation: true);
    }

    /// <inheritdoc />
    public override void Clear()
    {
        base.Clear();
        Array.Clear(_bodies);
        _editCount = 0;
    }

    /// <summary>Ends a value that is to be masked, and notes which bytes the masked one replaces.</summary>
    internal void EndMasked(ColumnTreatment treatment, int start, int end)
    {
        Append(new Edit(start, end, treatment.Number, Column(treatment.Number).Count, IsQuoted(treatment)));
        EndValue(treatment);
    }

    /// <summary>Walks over a value; null stays null, whatever its column.</summary>
    internal void Gather(ref Utf8JsonReader reader, JsonNode node)
    {
        if (reader.TokenType != JsonTokenType.Null)
        {
            node.Gather(ref reader, this);
        }
    }

    /// <summary>Walks over a value that is cut out whole.</summary>
    internal void GatherDropped(ref Utf8JsonReader reader, JsonNode node)
    {
        var edits = _editCount;
        Gather(ref reader, node);
        _editCount = edits;
    }

    /// <summary>Cuts bytes out.</summary>
    internal void Cut(int start, int end) => Append(new Edit(start, end, -1, -1, Quoted: false));

    /// <summary>Room for one value at a time.</summary>
    internal ByteBuffer Scratch => _spliced;

    /// <summary>Where the JSON text of a composite goes that is masked whole.</summary>
    internal Utf8JsonWriter BeginWhole(int column)
    {
        var text = Column(column).PlainBytes;
        if (_whole is null)
        {
            return _whole = new Utf8JsonWriter(text);
        }

        _whole.Reset(text);
        return _whole;
    }

    private void Gather(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaximumBytes)
        {
            throw new UnmaskableValueException(EventFaults.TooLarge, "an object is larger than 16 MiB");
        }

        // The reader looks at a string's bytes when somebody asks for them: those that stay plain nobody asks for.
        if (!Utf8.IsValid(json))
        {
            throw new UnmaskableValueException(EventFaults.MalformedJson, "the text is not UTF-8");
        }

        var reader = new Utf8JsonReader(json, Strict);
        _ = reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new UnmaskableValueException(EventFaults.MalformedJson, "the text is not an object");
        }

        _plan.Root.Gather(ref reader, this);

        // Whatever follows the object makes this throw.
        _ = reader.Read();
    }

    private static void WriteMasked(ReadOnlySpan<byte> masked, bool quoted, IBufferWriter<byte> output)
    {
        // Infinity and its like are no numbers in JSON.
        if (!quoted && masked.Length > 0 && (char.IsAsciiDigit((char)masked[^1]) || masked[^1] == (byte)'e'))
        {
            output.Write(masked);
            return;
        }

        output.Write("\""u8);

        // What is escaped for pages of HTML is longer, and this is none.
        var encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        if (encoder.FindFirstCharacterToEncodeUtf8(masked) < 0)
        {
            output.Write(masked);
        }
        else
        {
            while (masked.Length > 0)
            {
                _ = encoder.EncodeUtf8(masked, output.GetSpan(256), out var consumed, out var written);
                output.Advance(written);
                masked = masked[consumed..];
            }
        }

        output.Write("\""u8);
    }

    private static bool IsQuoted(ColumnTreatment treatment) =>
        treatment.Masker!.Output.Kind
            is not (
                ScalarKind.Boolean
                or ScalarKind.Int32
                or ScalarKind.Int64
                or ScalarKind.Float
                or ScalarKind.Double
                or ScalarKind.Decimal
            );

    // Whatever one object does, the others go on.
    private static RecordFault? Fault(Exception exception) =>
        exception switch
        {
            JsonException { BytePositionInLine: var position } => new RecordFault(
                EventFaults.MalformedJson,
                string.Create(CultureInfo.InvariantCulture, $"the text is not one JSON object (byte {position})")
            ),
            OutOfMemoryException => null,
            _ => RecordFault.Of(exception),
        };

    private void Append(in Edit edit)
    {
        if (_editCount == _edits.Length)
        {
            Array.Resize(ref _edits, Math.Max(256, _editCount * 2));
        }

        _edits[_editCount++] = edit;
    }

    /// <summary>Bytes of an object that are replaced.</summary>
    /// <param name="Start">Where they begin.</param>
    /// <param name="End">Where they end.</param>
    /// <param name="Column">The column that holds what replaces them; -1 for nothing.</param>
    /// <param name="Value">Its place there.</param>
    /// <param name="Quoted">Whether it is a JSON string.</param>
    private readonly record struct Edit(int Start, int End, int Column, int Value, bool Quoted);
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Governance.Masking.Avro.Internal;
using Governance.Masking.Columns;

namespace Governance.Masking.Avro;

/// <summary>
/// A batch of Avro records of one <see cref="MaskingPlan"/>. A record is walked once; untouched bytes are copied from it, masked values are put
/// in between. Allocates nothing per record once it has grown to its largest batch.
/// </summary>
/// <example>
/// <code>
/// var batch = plan.NewBatch();
/// batch.Add(body);
/// await batch.MaskAsync(identifiers);
/// if (batch.FaultOf(0) is null) { batch.WriteAvro(0, output); }
/// batch.Clear();
/// </code>
/// </example>
public sealed class AvroBatch : RecordBatch
{
    private readonly MaskingPlan _plan;
    private readonly ByteBuffer _numbers = new();
    private ReadOnlyMemory<byte>[] _bodies = [];
    private Edit[] _edits = [];
    private int[] _editEnds = [];
    private int _editCount;
    private JsonPass? _whole;
    private JsonPass? _rows;
    private Utf8JsonWriter? _rowsWriter;

    internal AvroBatch(MaskingPlan plan)
        : base(plan.Layout) => _plan = plan;

    /// <summary>Adds a record. Where its bytes are no record of the writer schema it has a fault (see <see cref="RecordBatch.FaultOf"/>).</summary>
    /// <param name="body">
    /// The Avro body, without the wire format's five leading bytes. Not copied: it must stay as it is until the batch is cleared.
    /// </param>
    public void Add(ReadOnlyMemory<byte> body)
    {
        BeginRecord();
        if (Count == _bodies.Length)
        {
            var length = Math.Max(64, Count * 2);
            Array.Resize(ref _bodies, length);
            Array.Resize(ref _editEnds, length);
        }

        var first = _editCount;
        _bodies[Count] = body;
        try
        {
            var reader = new AvroReader(body.Span);
            _plan.Root.Gather(ref reader, this);
            reader.ExpectEnd();
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

    /// <summary>Writes a masked record as an Avro body in the schema <see cref="MaskingPlan.MaskedAvroSchema"/>.</summary>
    /// <param name="record">Its number, in the order of <see cref="Add"/>.</param>
    /// <param name="output">Where it goes.</param>
    /// <exception cref="InvalidOperationException">The record has a fault, or was left out.</exception>
    public void WriteAvro(int record, IBufferWriter<byte> output)
    {
        ExpectMasked(record);
        var body = _bodies[record].Span;
        var edits = _edits.AsSpan()[(record == 0 ? 0 : _editEnds[record - 1]).._editEnds[record]];
        var most = body.Length;
        foreach (ref readonly var edit in edits)
        {
            most += edit.Codec is null
                ? Varint.MaxLength
                : edit.Codec.MaximumLength(Column(edit.Column).Masked(edit.Value));
        }

        var destination = output.GetSpan(most);
        var written = 0;
        var position = 0;
        foreach (ref readonly var edit in edits)
        {
            var untouched = body[position..edit.Start];
            untouched.CopyTo(destination[written..]);
            written += untouched.Length;
            position = edit.End;
            if (edit.Codec is { } codec)
            {
                written += codec.Write(Column(edit.Column).Masked(edit.Value), destination[written..]);
            }
            else if (edit.Value >= 0)
            {
                written += Varint.Write(edit.Value, destination[written..]);
            }
        }

        body[position..].CopyTo(destination[written..]);
        output.Advance(written + body.Length - position);
    }

    /// <summary>Writes a masked record as one JSON object in the shape of <see cref="MaskingPlan.Schema"/>; single values are text.</summary>
    /// <param name="record">Its number, in the order of <see cref="Add"/>.</param>
    /// <param name="output">Where it goes.</param>
    /// <exception cref="MalformedAvroException">
    /// A plain value is outside its logical type, which JSON cannot show; what was written must be thrown away.
    /// </exception>
    /// <exception cref="InvalidOperationException">The record has a fault, or was left out.</exception>
    public void WriteJson(int record, Utf8JsonWriter output)
    {
        ExpectMasked(record);
        if (_rows is null || !ReferenceEquals(_rowsWriter, output))
        {
            _rowsWriter = output;
            _rows = new JsonPass(output, this);
        }

        _rows.Begin(record, _plan.Layout.Treatments.Length);
        var reader = new AvroReader(_bodies[record].Span);
        _plan.Root.WriteJson(ref reader, _rows);
    }

    /// <inheritdoc />
    public override void Clear()
    {
        base.Clear();
        Array.Clear(_bodies);
        _editCount = 0;
    }

    /// <summary>Ends a value that is to be masked, and notes which bytes the masked one replaces.</summary>
    internal void EndMasked(ColumnTreatment treatment, ScalarCodec masked, int start, int end)
    {
        Append(new Edit(start, end, treatment.Number, EndValue(treatment), masked));
    }

    /// <summary>Replaces bytes by a number.</summary>
    /// <returns>The replacement, for <see cref="SetNumber"/>.</returns>
    internal int AddNumber(int start, int end, long number)
    {
        Append(new Edit(start, end, -1, checked((int)number), null));
        return _editCount - 1;
    }

    /// <summary>Changes a number; <see langword="null"/> cuts the bytes out.</summary>
    internal void SetNumber(int edit, long? number) =>
        _edits[edit] = _edits[edit] with { Value = number is { } value ? checked((int)value) : -1 };

    /// <summary>Walks over a value that is cut out, from <paramref name="start"/> (by default, where the value begins).</summary>
    internal void GatherDropped(ref AvroReader reader, PlanNode node, int start = -1)
    {
        var edits = _editCount;
        var from = start < 0 ? reader.Position : start;
        node.Gather(ref reader, this);
        _editCount = edits;
        if (reader.Position > from)
        {
            Append(new Edit(from, reader.Position, -1, -1, null));
        }
    }

    /// <summary>Where the JSON text of a composite goes that is masked whole.</summary>
    internal JsonPass BeginWhole(int column)
    {
        _whole ??= new JsonPass(new Utf8JsonWriter(_numbers), batch: null);
        _whole.Json.Reset(Column(column).PlainBytes);
        return _whole;
    }

    // Whatever one record does, the others go on.
    private static RecordFault? Fault(Exception exception) =>
        exception is OutOfMemoryException ? null : RecordFault.Of(exception);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Append(in Edit edit)
    {
        if (_editCount == _edits.Length)
        {
            Array.Resize(ref _edits, Math.Max(256, _editCount * 2));
        }

        _edits[_editCount++] = edit;
    }

    /// <summary>Bytes of a record that are replaced.</summary>
    /// <param name="Start">Where they begin.</param>
    /// <param name="End">Where they end.</param>
    /// <param name="Column">The column that holds what replaces them.</param>
    /// <param name="Value">Its place there; without a codec, the number that replaces them, or -1 for nothing.</param>
    /// <param name="Codec">How the masked value stands on the wire.</param>
    private readonly record struct Edit(int Start, int End, int Column, int Value, ScalarCodec? Codec);
}

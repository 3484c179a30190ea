using System.Buffers;
using System.Text;

namespace Governance.Masking.Keys;

/// <summary>Writes the little of Protocol Buffers' wire format that Tink's keysets need.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Varint(int field, uint value)
    {
        // Proto 3 leaves out defaults.
        if (value != 0)
        {
            Raw(((uint)field << 3) | 0);
            Raw(value);
        }
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw(((uint)field << 3) | 2);
        Raw((uint)value.Length);
        _buffer.Write(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    private void Raw(uint value)
    {
        Span<byte> bytes = stackalloc byte[5];
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[count++] = (byte)(value | 0x80);
        }

        bytes[count++] = (byte)value;
        _buffer.Write(bytes[..count]);
    }
}

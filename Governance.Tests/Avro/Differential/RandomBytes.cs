using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Governance.Masking.Contracts;

namespace Governance.Tests.Avro.Differential;

/// <summary>
/// Random records of a schema, written in every way that Avro allows: arrays and maps in several blocks, with and without their size in
/// bytes.
/// </summary>
internal sealed class RandomBytes(Dice dice)
{
    private static readonly string[] Letters =
    [
        "a",
        "B",
        "7",
        " ",
        "é",
        "漢",
        "\"",
        "\\",
        "@",
        ".",
        "\u0001",
        "𐍈",
        "+4477009",
    ];

    /// <summary>A record.</summary>
    /// <param name="root">Its type.</param>
    /// <param name="contract">Names the keys that its maps can have.</param>
    public byte[] Record(Part root, Dataset contract)
    {
        var bytes = new List<byte>();
        for (var index = 0; index < root.Fields.Length; index++)
        {
            Write(root.Fields[index].Type, contract.Columns[index], bytes);
        }

        return [.. bytes];
    }

    public static void Long(long value, List<byte> bytes)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        for (; rest > 0x7F; rest >>= 7)
        {
            bytes.Add((byte)(rest | 0x80));
        }

        bytes.Add((byte)rest);
    }

    private void Write(Part type, Column? column, List<byte> bytes)
    {
        switch (type.Kind)
        {
            case "null":
                break;
            case "union":
                var branch = dice.Below(type.Branches.Length);
                Long(branch, bytes);
                Write(type.Branches[branch], column, bytes);
                break;
            case "record":
                foreach (var field in type.Fields)
                {
                    Write(field.Type, Child(column, field.Name), bytes);
                }

                break;
            case "array":
                Blocks(dice.Below(5), bytes, (_, block) => Write(type.Item!, Child(column, ""), block));
                break;
            case "map":
                var keys = column is { Children.IsEmpty: false }
                    ? [.. RandomContract.Keys]
                    : (string[])["", "any", "é€"];
                Blocks(
                    dice.Below(keys.Length + 1),
                    bytes,
                    (index, block) =>
                    {
                        Text(keys[index], block);
                        Write(type.Item!, Child(column, keys[index]), block);
                    }
                );
                break;
            default:
                Scalar(type, column, bytes);
                break;
        }
    }

    private static Column? Child(Column? column, string name) =>
        column?.Children.FirstOrDefault(child => string.Equals(child.Name, name, StringComparison.Ordinal));

    private void Blocks(int count, List<byte> bytes, Action<int, List<byte>> write)
    {
        for (var next = 0; next < count; )
        {
            var items = 1 + dice.Below(count - next);
            var block = new List<byte>();
            for (var index = 0; index < items; index++)
            {
                write(next++, block);
            }

            if (dice.OnceIn(2))
            {
                Long(-items, bytes);
                Long(block.Count, bytes);
            }
            else
            {
                Long(items, bytes);
            }

            bytes.AddRange(block);
        }

        Long(0, bytes);
    }

    private void Scalar(Part type, Column? column, List<byte> bytes)
    {
        // Now and then a value that its logical type does not have.
        var wild = dice.OnceIn(60);
        switch (type.Kind)
        {
            case "boolean":
                bytes.Add((byte)dice.Below(2));
                break;
            case "int":
                Long(wild ? (int)dice.Next() : Int(type), bytes);
                break;
            case "long":
                Long(wild ? (long)dice.Next() : Number(type), bytes);
                break;
            case "float":
                Span<byte> single = stackalloc byte[4];
                BinaryPrimitives.WriteSingleLittleEndian(single, (float)Real());
                bytes.AddRange(single);
                break;
            case "double":
                Span<byte> real = stackalloc byte[8];
                BinaryPrimitives.WriteDoubleLittleEndian(real, Real());
                bytes.AddRange(real);
                break;
            case "bytes":
                var content = type.Logical == "decimal" ? Unscaled(type, wild) : dice.Bytes(dice.Below(20));
                Long(content.Length, bytes);
                bytes.AddRange(content);
                break;
            case "fixed":
                bytes.AddRange(
                    type.Logical == "decimal" ? Widened(Unscaled(type, wild), type.Size) : dice.Bytes(type.Size)
                );
                break;
            case "enum":
                Long(dice.Below(type.Symbols.Length), bytes);
                break;
            default:
                Text(String(type, column, wild), bytes);
                break;
        }
    }

    private int Int(Part type) =>
        type.Logical switch
        {
            "date" => dice.Below(60_000) - 30_000,
            "time-millis" => dice.Below(86_400_000),
            _ => dice.Of(0, 1, -1, int.MaxValue, dice.Below(100), dice.Below(100_000) - 50_000),
        };

    private long Number(Part type) =>
        type.Logical switch
        {
            "time-micros" => dice.Below(86_400) * 1_000_000L,
            "timestamp-millis" or "local-timestamp-millis" => (dice.Below(int.MaxValue) - 1_000_000_000L) * 1_000
                + dice.Below(1_000),
            "timestamp-micros" or "local-timestamp-micros" => (dice.Below(int.MaxValue) - 1_000_000_000L) * 1_000_000
                + dice.Below(1_000_000),
            _ => dice.Of(0, -1, 42, 1L << 40, dice.Below(100), -(1L << 53)),
        };

    private double Real() =>
        dice.Of(0, -0.0, 1.5, -12.25, dice.Below(1_000_000) / 1_000.0, double.NaN, double.PositiveInfinity, 1e-9, 3e20);

    private byte[] Unscaled(Part type, bool wild)
    {
        var digits = 1 + dice.Below(wild ? Math.Min(type.Precision + 2, 18) : type.Precision);
        var value = BigInteger.Remainder(new BigInteger(dice.Bytes(15)), BigInteger.Pow(10, digits));
        return value.ToByteArray(isUnsigned: false, isBigEndian: true);
    }

    private static byte[] Widened(byte[] unscaled, int size)
    {
        var fill = (unscaled[0] & 0x80) == 0 ? (byte)0 : (byte)0xFF;
        return [.. Enumerable.Repeat(fill, size - unscaled.Length), .. unscaled];
    }

    private string String(Part type, Column? column, bool wild)
    {
        if (type.Logical == "uuid")
        {
            return wild ? "no uuid" : new Guid(dice.Bytes(16)).ToString();
        }

        return wild ? ""
            : column?.Identifier is not null || dice.OnceIn(3)
                ? dice.Of("C-17", "d@example.com", "+447700900123", "1200012345678")
            : string.Concat(Enumerable.Range(0, dice.Below(12)).Select(_ => dice.Of<string>(Letters)));
    }

    private static void Text(string text, List<byte> bytes)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Long(utf8.Length, bytes);
        bytes.AddRange(utf8);
    }
}

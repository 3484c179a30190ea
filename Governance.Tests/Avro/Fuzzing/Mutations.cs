using System.Text;
using Governance.Tests.Avro.Differential;

namespace Governance.Tests.Avro.Fuzzing;

/// <summary>Breaks bytes in the ways in which bytes break, and in those of somebody who wants to break what reads them.</summary>
internal static class Mutations
{
    // Numbers as Avro writes them: the largest and the smallest, 2^62, eleven bytes, minus one, and lengths just beyond what is there.
    private static readonly byte[][] Bombs =
    [
        [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0x01],
        [0xFE, 0xFF, 0xFF, 0xFF, 0x0F],
        [0xFE, 0x01],
        [0x7E],
        [0x80, 0x00],
    ];

    private static readonly byte[][] NotUtf8 =
    [
        [0xC3, 0x28],
        [0xFF],
        [0xED, 0xA0, 0x80],
        [0xC0, 0xAF],
        [0xF5, 0x80, 0x80, 0x80],
    ];

    /// <summary>Bytes that were mutated once, or a few times.</summary>
    /// <param name="bytes">What to break.</param>
    /// <param name="other">Another record, of which parts are spliced in.</param>
    /// <param name="dice">Chooses.</param>
    public static byte[] Of(byte[] bytes, byte[] other, Dice dice)
    {
        var mutated = Once(bytes, other, dice);
        while (dice.OnceIn(3))
        {
            mutated = Once(mutated, other, dice);
        }

        return mutated;
    }

    private static byte[] Once(byte[] bytes, byte[] other, Dice dice)
    {
        if (bytes.Length == 0)
        {
            return other;
        }

        var at = dice.Below(bytes.Length);
        var end = at + dice.Below(Math.Min(bytes.Length - at, 12) + 1);
        switch (dice.Below(10))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[end..]];
            case 2:
                return Put(bytes, at, dice.Of<byte[]>(Bombs));
            case 3:
                return [.. bytes[..at], .. dice.Of<byte[]>(Bombs), .. bytes[at..]];
            case 4:
                return Put(bytes, at, dice.Of<byte[]>(NotUtf8));
            case 5:
                var from = dice.Below(other.Length);
                return [.. bytes[..at], .. other[from..]];
            case 6:
                return [.. bytes[..at], .. bytes[at..end], .. bytes[at..end], .. bytes[end..]];
            case 7:
                return Put(bytes, at, [(byte)dice.Next()]);
            case 8:
                return [.. bytes[..at], (byte)dice.Next(), .. bytes[at..]];
            default:
                return Put(bytes, at, [(byte)(bytes[at] ^ (1 << dice.Below(8)))]);
        }
    }

    private static byte[] Put(byte[] bytes, int at, byte[] over)
    {
        var mutated = bytes.ToArray();
        over.AsSpan(0, Math.Min(over.Length, bytes.Length - at)).CopyTo(mutated.AsSpan(at));
        return mutated;
    }

    /// <summary>JSON that is nested too deep, or says a thing twice, spliced into a text.</summary>
    public static byte[] OfJson(byte[] bytes, byte[] other, Dice dice)
    {
        if (!dice.OnceIn(6))
        {
            return Of(bytes, other, dice);
        }

        var text = Encoding.UTF8.GetString(bytes);
        var comma = text.IndexOf(',', dice.Below(text.Length));
        var more = dice.Below(5) switch
        {
            0 => string.Concat(Enumerable.Repeat("[", 1 + dice.Below(200))),
            1 => string.Concat(Enumerable.Repeat("{\"k0\":", 1 + dice.Below(200))),
            2 => text,
            3 => ",\"name\":\"\\ud800\"",
            _ => ",\"age\":1e999999999",
        };
        return Encoding.UTF8.GetBytes(comma < 0 ? text + more : text.Insert(comma, more));
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Governance.Tests.Support;

/// <summary>
/// Asks a Kafka client for user and password (SASL PLAIN) in the place of a broker that does not: the handshake and the authentication are answered here, and
/// the broker's list of what it knows is lengthened by them. https://kafka.apache.org/protocol
/// </summary>
/// <param name="user">Who is let in.</param>
/// <param name="password">By which password.</param>
internal sealed class SaslPlain(string user, string password)
{
    private const short Handshake = 17;
    private const short Authenticate = 36;
    private const short ApiVersions = 18;
    private const short AuthenticationFailed = 58;

    private readonly byte[] _expected = Encoding.UTF8.GetBytes($"\0{user}\0{password}");
    private readonly Dictionary<int, short> _asked = [];
    private bool _isIn;

    /// <summary>Looks at what a client asks, without its length.</summary>
    /// <param name="question">Its bytes.</param>
    /// <param name="answer">What it is answered, where the broker is not asked.</param>
    /// <returns>Whether the broker is asked.</returns>
    /// <exception cref="IOException">Something is asked by a client that is not in.</exception>
    public bool Passes(ReadOnlySpan<byte> question, out byte[] answer)
    {
        answer = [];
        var (api, version) = (
            BinaryPrimitives.ReadInt16BigEndian(question),
            BinaryPrimitives.ReadInt16BigEndian(question[2..])
        );
        var number = question.Slice(4, 4);
        switch (api)
        {
            case ApiVersions:
                lock (_asked)
                {
                    _asked[BinaryPrimitives.ReadInt32BigEndian(number)] = version;
                }

                return true;
            case Handshake:
                answer = [.. number, 0, 0, 0, 0, 0, 1, 0, 5, .. "PLAIN"u8];
                return false;
            case Authenticate:
                // Client id, then the bytes.
                var rest = question[8..];
                rest = rest[(2 + Math.Max((short)0, BinaryPrimitives.ReadInt16BigEndian(rest)))..];
                _isIn = rest[4..].SequenceEqual(_expected);
                answer =
                [
                    .. number,
                    0,
                    (byte)(_isIn ? 0 : AuthenticationFailed),
                    0xFF,
                    0xFF,
                    0,
                    0,
                    0,
                    0,
                    .. new byte[version > 0 ? sizeof(long) : 0],
                ];
                return false;
            default:
                return _isIn ? true : throw new IOException("Nobody has said who they are.");
        }
    }

    /// <summary>Lengthens the broker's list of what it knows; every other answer stays as it is.</summary>
    public byte[] Lengthen(byte[] answer)
    {
        short version;
        lock (_asked)
        {
            if (!_asked.Remove(BinaryPrimitives.ReadInt32BigEndian(answer), out version))
            {
                return answer;
            }
        }

        if (BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(4)) != 0)
        {
            // Asked in a version that the broker does not know; the client asks again in another.
            return answer;
        }

        // From the third version on lengths are short, and tags follow each entry.
        var isFlexible = version >= 3;
        var (first, size) = isFlexible ? (7, 7) : (10, 6);
        var count = isFlexible ? answer[6] - 1 : BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(6));
        var end = first + (count * size);
        byte[] more = [.. Entry(Handshake, isFlexible), .. Entry(Authenticate, isFlexible)];
        byte[] longer = [.. answer[..end], .. more, .. answer[end..]];
        if (isFlexible)
        {
            longer[6] = checked((byte)(count + 3));
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(longer.AsSpan(6), count + 2);
        }

        return longer;
    }

    private static byte[] Entry(short api, bool isFlexible) =>
        [0, (byte)api, 0, 0, 0, 1, .. isFlexible ? new byte[1] : []];
}

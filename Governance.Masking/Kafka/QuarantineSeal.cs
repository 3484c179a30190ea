using System.Buffers.Binary;
using System.Text;
using Governance.Masking.Columns;
using Governance.Masking.Keys;

namespace Governance.Masking.Kafka;

/// <summary>
/// Seals an event whole: value, key and headers. What was sealed before there were keys and headers (version 1: the value alone) opens
/// still; the version is bound into the seal, so that neither can be taken for the other.
/// </summary>
public static class QuarantineSeal
{
    private const int Version = 2;
    private const int None = -1;

    /// <summary>Seals.</summary>
    /// <exception cref="KeysUnavailableException">The keys may not be used at present.</exception>
    public static byte[] Seal(TenantKeys keys, SourceEvent source)
    {
        var plain = new ByteBuffer();
        Write(plain, source.Value);
        Write(plain, source.Key);
        WriteNumber(plain, source.Headers?.Count ?? 0);
        foreach (var header in source.Headers ?? [])
        {
            Write(plain, Encoding.UTF8.GetBytes(header.Name));
            Write(plain, header.Value);
        }

        return keys.SealQuarantine(plain.Written, source.Topic, source.Partition, source.Offset, Version);
    }

    /// <summary>Opens what <see cref="Seal"/> sealed, now or in the past.</summary>
    /// <returns><see langword="null"/> where it is not genuine, or came from elsewhere.</returns>
    /// <exception cref="KeysUnavailableException">The keys may not be used at present.</exception>
    public static SourceEvent? Open(
        TenantKeys keys,
        byte[] sealedEvent,
        string topic,
        int partition,
        long offset,
        DateTimeOffset time
    )
    {
        if (keys.TryOpenQuarantine(sealedEvent, topic, partition, offset, out var plain, Version))
        {
            return Read(plain, topic, partition, offset, time);
        }

        return keys.TryOpenQuarantine(sealedEvent, topic, partition, offset, out var value)
            ? new SourceEvent(topic, partition, offset, time, value)
            : null;
    }

    private static SourceEvent Read(
        ReadOnlyMemory<byte> rest,
        string topic,
        int partition,
        long offset,
        DateTimeOffset time
    )
    {
        var value = ReadBytes(ref rest) ?? default;
        var key = ReadBytes(ref rest);
        var headers = new SourceHeader[ReadNumber(ref rest)];
        for (var i = 0; i < headers.Length; i++)
        {
            var name = Encoding.UTF8.GetString((ReadBytes(ref rest) ?? default).Span);
            headers[i] = new SourceHeader(name, ReadBytes(ref rest));
        }

        return new SourceEvent(topic, partition, offset, time, value) { Key = key, Headers = headers };
    }

    private static void Write(ByteBuffer to, ReadOnlyMemory<byte>? bytes)
    {
        WriteNumber(to, bytes?.Length ?? None);
        to.Write((bytes ?? default).Span);
    }

    private static void WriteNumber(ByteBuffer to, int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(sizeof(int)), number);
        to.Advance(sizeof(int));
    }

    private static ReadOnlyMemory<byte>? ReadBytes(ref ReadOnlyMemory<byte> rest)
    {
        var length = ReadNumber(ref rest);
        if (length == None)
        {
            return null;
        }

        var bytes = rest[..length];
        rest = rest[length..];
        return bytes;
    }

    private static int ReadNumber(ref ReadOnlyMemory<byte> rest)
    {
        var number = BinaryPrimitives.ReadInt32BigEndian(rest.Span);
        rest = rest[sizeof(int)..];
        return number;
    }
}

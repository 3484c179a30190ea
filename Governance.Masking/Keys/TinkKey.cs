using System.Security.Cryptography;

namespace Governance.Masking.Keys;

/// <summary>One key of a <see cref="TinkKeyset"/>.</summary>
/// <param name="Type">What it is for.</param>
/// <param name="Id">Random; in front of everything that the key encrypts.</param>
/// <param name="Enabled">Whether it may be used.</param>
/// <param name="Material">The key.</param>
internal sealed record TinkKey(TinkKeyType Type, uint Id, bool Enabled, byte[] Material)
{
    /// <summary>A new random key, with an id that none of the others has.</summary>
    public static TinkKey Generate(TinkKeyType type, IReadOnlyCollection<TinkKey> others)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        uint id;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            id = BitConverter.ToUInt32(bytes);
        } while (id == 0 || others.Any(other => other.Id == id));

        return new TinkKey(type, id, Enabled: true, RandomNumberGenerator.GetBytes(type.KeyLength));
    }

    /// <summary>The key's own message, such as <c>AesSivKey</c>; its version is 0, so it is left out.</summary>
    public byte[] ToKeyMessage()
    {
        var writer = new ProtoWriter();
        writer.Bytes(Type.MaterialField, Material);
        return writer.Written.ToArray();
    }

    /// <summary>Reads the message <c>google.crypto.tink.Keyset.Key</c>.</summary>
    public static TinkKey FromBinary(ReadOnlySpan<byte> bytes)
    {
        var type = "";
        var message = ReadOnlySpan<byte>.Empty;
        uint status = 0;
        uint id = 0;
        uint prefix = 0;
        var reader = new ProtoReader(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    var data = new ProtoReader(reader.Bytes);
                    while (data.Read())
                    {
                        if (data.Field == 1)
                        {
                            type = System.Text.Encoding.UTF8.GetString(data.Bytes);
                        }
                        else if (data.Field == 2)
                        {
                            message = data.Bytes;
                        }
                    }

                    break;
                case 2:
                    status = (uint)reader.Number;
                    break;
                case 3:
                    id = (uint)reader.Number;
                    break;
                case 4:
                    prefix = (uint)reader.Number;
                    break;
                default:
                    break;
            }
        }

        return FromMessage(type, message, id, status == 1, prefix == 1);
    }

    /// <summary>Makes a key from its own message.</summary>
    /// <exception cref="KeyMaterialException">It is of a kind, version or length that is not used here.</exception>
    public static TinkKey FromMessage(
        string typeUrl,
        ReadOnlySpan<byte> message,
        uint id,
        bool enabled,
        bool tinkPrefix
    )
    {
        var type =
            TinkKeyType.Find(typeUrl)
            ?? throw new KeyMaterialException($"The key {id} of a keyset is of a type that is not used here.");
        if (!tinkPrefix)
        {
            throw new KeyMaterialException($"The key {id} of a keyset has an output prefix other than TINK.");
        }

        var material = Array.Empty<byte>();
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Field == 1 && reader.Number != 0)
            {
                throw new KeyMaterialException($"The key {id} of a keyset has a newer version than is known here.");
            }

            if (reader.Field == type.MaterialField)
            {
                material = reader.Bytes.ToArray();
            }
        }

        return material.Length == type.KeyLength
            ? new TinkKey(type, id, enabled, material)
            : throw new KeyMaterialException($"The key {id} of a keyset does not have {type.KeyLength} bytes.");
    }
}

/// <summary>The types of Tink keys that are used here.</summary>
/// <param name="Url">Tink's name for the type.</param>
/// <param name="MaterialField">The field of the key's message that holds the key.</param>
/// <param name="KeyLength">Length of the key in bytes.</param>
internal sealed record TinkKeyType(string Url, int MaterialField, int KeyLength)
{
    /// <summary>AES-256-SIV: keysets, and what BigQuery's <c>DETERMINISTIC_*</c> functions want.</summary>
    public static TinkKeyType AesSiv { get; } = new("type.googleapis.com/google.crypto.tink.AesSivKey", 2, 64);

    /// <summary>AES-256-GCM: local key encryption keys.</summary>
    public static TinkKeyType AesGcm { get; } = new("type.googleapis.com/google.crypto.tink.AesGcmKey", 3, 32);

    public static TinkKeyType? Find(string url) =>
        string.Equals(url, AesSiv.Url, StringComparison.Ordinal) ? AesSiv
        : string.Equals(url, AesGcm.Url, StringComparison.Ordinal) ? AesGcm
        : null;
}

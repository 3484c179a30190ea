using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Masking.Keys;

/// <summary>
/// A keyset in Tink's forms: JSON, binary (the message <c>google.crypto.tink.Keyset</c>), and <c>EncryptedKeyset</c> JSON, which
/// holds the binary form under a key encryption key. Tink and BigQuery read all of them.
/// </summary>
/// <param name="PrimaryKeyId">The key that encrypts; every enabled key decrypts.</param>
/// <param name="Keys">All keys, in the order they were added.</param>
internal sealed record TinkKeyset(uint PrimaryKeyId, ImmutableArray<TinkKey> Keys)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The key that encrypts.</summary>
    public TinkKey Primary => Keys.Single(key => key.Id == PrimaryKeyId);

    /// <summary>A keyset of one new random key, which is its primary.</summary>
    public static TinkKeyset Generate(TinkKeyType type)
    {
        var key = TinkKey.Generate(type, []);
        return new TinkKeyset(key.Id, [key]);
    }

    /// <summary>The same with one more key, which reads but does not write yet.</summary>
    public TinkKeyset Add(TinkKeyType type) => this with { Keys = Keys.Add(TinkKey.Generate(type, Keys)) };

    /// <summary>The same with another primary.</summary>
    /// <exception cref="KeyMaterialException">There is no such key, or it is not enabled.</exception>
    public TinkKeyset Promote(uint keyId) =>
        Keys.Any(key => key.Id == keyId && key.Enabled)
            ? this with
            {
                PrimaryKeyId = keyId,
            }
            : throw new KeyMaterialException(
                $"No enabled key has the id {keyId}. List the keys and choose one of them."
            );

    /// <summary>The same with a key that is out of use.</summary>
    public TinkKeyset Disable(uint keyId) => SetEnabled(keyId, enabled: false);

    /// <summary>The same with a key in use again.</summary>
    public TinkKeyset Enable(uint keyId) => SetEnabled(keyId, enabled: true);

    /// <summary>The same without a key: what it encrypted can no longer be read.</summary>
    /// <exception cref="KeyMaterialException">There is no such key, or it is the primary.</exception>
    public TinkKeyset Retire(uint keyId) =>
        keyId == PrimaryKeyId
            ? throw new KeyMaterialException($"The key {keyId} is the primary. Promote another key first.")
        : Keys.FirstOrDefault(key => key.Id == keyId) is { } retired ? this with { Keys = Keys.Remove(retired) }
        : throw new KeyMaterialException($"No key has the id {keyId}. List the keys and choose one of them.");

    /// <summary>Clears the keys from memory; nobody else may hold them.</summary>
    public void Clear()
    {
        foreach (var key in Keys)
        {
            CryptographicOperations.ZeroMemory(key.Material);
        }
    }

    /// <summary>Whether it holds the same keys in the same states.</summary>
    public bool IsSame(TinkKeyset other) =>
        PrimaryKeyId == other.PrimaryKeyId
        && Keys.Length == other.Keys.Length
        && Keys.Zip(other.Keys)
            .All(pair =>
                pair.First.Id == pair.Second.Id
                && pair.First.Enabled == pair.Second.Enabled
                && CryptographicOperations.FixedTimeEquals(pair.First.Material, pair.Second.Material)
            );

    /// <summary>The message <c>google.crypto.tink.Keyset</c>.</summary>
    public byte[] ToBinary()
    {
        var writer = new ProtoWriter();
        writer.Varint(1, PrimaryKeyId);
        foreach (var key in Keys)
        {
            var data = new ProtoWriter();
            data.Text(1, key.Type.Url);
            data.Bytes(2, key.ToKeyMessage());
            data.Varint(3, 1); // SYMMETRIC
            var message = new ProtoWriter();
            message.Bytes(1, data.Written);
            message.Varint(2, key.Enabled ? 1u : 2u);
            message.Varint(3, key.Id);
            message.Varint(4, 1); // TINK
            writer.Bytes(2, message.Written);
        }

        return writer.Written.ToArray();
    }

    /// <summary>Reads the message <c>google.crypto.tink.Keyset</c>.</summary>
    /// <exception cref="KeyMaterialException">It is none, or holds keys of another kind.</exception>
    public static TinkKeyset FromBinary(ReadOnlySpan<byte> bytes)
    {
        try
        {
            uint primary = 0;
            var keys = ImmutableArray.CreateBuilder<TinkKey>();
            var reader = new ProtoReader(bytes);
            while (reader.Read())
            {
                switch (reader.Field)
                {
                    case 1:
                        primary = (uint)reader.Number;
                        break;
                    case 2:
                        keys.Add(TinkKey.FromBinary(reader.Bytes));
                        break;
                    default:
                        break;
                }
            }

            return new TinkKeyset(primary, keys.ToImmutable()).Checked();
        }
        catch (FormatException exception)
        {
            throw new KeyMaterialException("A keyset is malformed. Restore it from its backup.", exception);
        }
    }

    /// <summary>Tink's cleartext JSON. Whoever reads it holds the keys.</summary>
    public string ToJson() =>
        new JsonObject
        {
            ["primaryKeyId"] = PrimaryKeyId,
            ["key"] = new JsonArray([
                .. Keys.Select(key => new JsonObject
                {
                    ["keyData"] = new JsonObject
                    {
                        ["typeUrl"] = key.Type.Url,
                        ["value"] = Convert.ToBase64String(key.ToKeyMessage()),
                        ["keyMaterialType"] = "SYMMETRIC",
                    },
                    ["status"] = key.Enabled ? "ENABLED" : "DISABLED",
                    ["keyId"] = key.Id,
                    ["outputPrefixType"] = "TINK",
                }),
            ]),
        }.ToJsonString(Indented);

    /// <summary>Reads Tink's cleartext JSON.</summary>
    /// <exception cref="KeyMaterialException">It is none, or holds keys of another kind.</exception>
    public static TinkKeyset FromJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var root = JsonNode.Parse(utf8)!;
            var keys = root["key"]!
                .AsArray()
                .Select(node =>
                    TinkKey.FromMessage(
                        node!["keyData"]!["typeUrl"]!.GetValue<string>(),
                        Convert.FromBase64String(node["keyData"]!["value"]!.GetValue<string>()),
                        node["keyId"]!.GetValue<uint>(),
                        node["status"]!.GetValue<string>() is "ENABLED",
                        node["outputPrefixType"]!.GetValue<string>() is "TINK"
                    )
                );
            return new TinkKeyset(root["primaryKeyId"]!.GetValue<uint>(), [.. keys]).Checked();
        }
        catch (Exception exception)
            when (exception is JsonException or FormatException or InvalidOperationException or NullReferenceException)
        {
            throw new KeyMaterialException("A keyset is malformed. Restore it from its backup.", exception);
        }
    }

    /// <summary>Reads Tink's cleartext JSON, or the message <c>google.crypto.tink.Keyset</c>.</summary>
    /// <exception cref="KeyMaterialException">It is neither, or holds keys of another kind.</exception>
    public static TinkKeyset FromJsonOrBinary(ReadOnlySpan<byte> content)
    {
        // The message begins with the tag of its first field (0x08, or 0x12), which no JSON does.
        var text = content.TrimStart(" \t\r\n"u8);
        return !text.IsEmpty && text[0] == (byte)'{' ? FromJson(text) : FromBinary(content);
    }

    /// <summary>Tink's <c>EncryptedKeyset</c> JSON, and the version of the key that encrypted it, for which that form has no place.</summary>
    public async ValueTask<VersionedCiphertext> EncryptAsync(
        IKeyEncryptionKey kek,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    )
    {
        var plain = ToBinary();
        try
        {
            var encrypted = await kek.EncryptVersionedAsync(plain, associatedData, cancellationToken);
            var json = JsonSerializer.SerializeToUtf8Bytes(
                new JsonObject
                {
                    ["encryptedKeyset"] = Convert.ToBase64String(encrypted.Ciphertext.Span),
                    ["keysetInfo"] = new JsonObject
                    {
                        ["primaryKeyId"] = PrimaryKeyId,
                        ["keyInfo"] = new JsonArray([
                            .. Keys.Select(key => new JsonObject
                            {
                                ["typeUrl"] = key.Type.Url,
                                ["status"] = key.Enabled ? "ENABLED" : "DISABLED",
                                ["keyId"] = key.Id,
                                ["outputPrefixType"] = "TINK",
                            }),
                        ]),
                    },
                },
                Indented
            );
            return encrypted with { Ciphertext = json };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Reads Tink's <c>EncryptedKeyset</c> JSON.</summary>
    /// <exception cref="KeyMaterialException">It is none, or was not encrypted by this key with this associated data.</exception>
    public static async ValueTask<TinkKeyset> DecryptAsync(
        ReadOnlyMemory<byte> utf8,
        IKeyEncryptionKey kek,
        ReadOnlyMemory<byte> associatedData,
        CancellationToken cancellationToken
    )
    {
        byte[] encrypted;
        try
        {
            encrypted = Convert.FromBase64String(
                JsonNode.Parse(utf8.Span)?["encryptedKeyset"]?.GetValue<string>()
                    ?? throw new KeyMaterialException("It lacks encryptedKeyset. Restore it from its backup.")
            );
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new KeyMaterialException("It is no encrypted keyset in JSON. Restore it from its backup.", exception);
        }

        var plain = await kek.DecryptAsync(encrypted, associatedData, cancellationToken);
        try
        {
            return FromBinary(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private TinkKeyset SetEnabled(uint keyId, bool enabled) =>
        this with
        {
            Keys = [.. Keys.Select(key => key.Id == keyId ? key with { Enabled = enabled } : key)],
        };

    private TinkKeyset Checked()
    {
        if (Keys.DistinctBy(key => key.Id).Count() != Keys.Length)
        {
            throw new KeyMaterialException("A keyset holds two keys of one id. Restore it from its backup.");
        }

        return Keys.Any(key => key.Id == PrimaryKeyId && key.Enabled)
            ? this
            : throw new KeyMaterialException(
                "A keyset's primary key is missing or disabled. Restore it from its backup."
            );
    }
}

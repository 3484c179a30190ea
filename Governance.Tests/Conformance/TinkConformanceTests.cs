using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Governance.Masking.Keys;

namespace Governance.Tests.Conformance;

/// <summary>Keysets and ciphertexts that Tink and BigQuery made, and what others read of ours.</summary>
public sealed class TinkConformanceTests
{
    // tink-crypto/tink-java, TinkJsonProtoKeysetFormatTest, "withAeadAndDaeadKeys": both keysets, the key that wraps, the data it is bound to.
    private const string Encrypted = """
        {"encryptedKeyset":"Ab8hkWyJgNC7x2rOilETRYCq9eTiFE3FiGIHeDBFTS2pjpKb4fBZ7+LL4OGgJMPYs2UMfen2sokuHSTSoEQIsJurEeP3zmf1QNrMvWLdEYMkmf/CCmuNt3GvjIVywqZDMAaed+fKhYP4MsVHERvBLi8ShzNSB11zmYUl57rleN+VeSu/aW3v5/VObzgDBMNzss8bpd6NTD69vgycEJRU/WGgDqSz8akLbKOe2hU+xuNcspU1i/d8OrXZz/RbSq3gVp/L7kXuj6DoDOhbxA7t9uOjMgBfOabHiTFO2/jQHpXPJxJhpaVTBgB80itj5dwYnss2oeNGVPX7oY9MyxiG5mxv7oyyOsn1","keysetInfo":{"primaryKeyId":102,"keyInfo":[{"typeUrl":"type.googleapis.com/google.crypto.tink.AesGcmKey","status":"ENABLED","keyId":102,"outputPrefixType":"TINK"},{"typeUrl":"type.googleapis.com/google.crypto.tink.AesSivKey","status":"ENABLED","keyId":103,"outputPrefixType":"TINK"}]}}
        """;

    private const string Clear = """
        {"primaryKeyId":102,"key":[{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.AesGcmKey","value":"GiDU/pJLzeVizJsi8FeUR5KmFryBHlE1NpsXrvacgmdrqA==","keyMaterialType":"SYMMETRIC"},"status":"ENABLED","keyId":102,"outputPrefixType":"TINK"},{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.AesSivKey","value":"EkAMhf9mJljWPD0YnmQxC4z1kzrro66S1srPb5h5G1TiVV4U8N0jx7m2qTsxutS4/5b6Qp2fxk8iTeWx5UBBCeBQ","keyMaterialType":"SYMMETRIC"},"status":"ENABLED","keyId":103,"outputPrefixType":"TINK"}]}
        """;

    // googlesql, compliance suite, aead.test: what BigQuery's KEYS.NEW_KEYSET gives.
    private const string BigQueryDeterministic =
        "CIGYpMkDEoQBCngKMHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLmNyeXB0by50aW5rLkFlc1NpdktleRJCEkBKAovGAOp+siYkuWvTYKXRW6V/3Z5en87KNgswc+8TKZUzumbh/qVtCYQ8qHo7li/fYDx43MoBYwbfUPhv3//xGAEQARiBmKTJAyAB";

    private const string BigQueryGcm =
        "CJmMp4UJEmQKWAowdHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUuY3J5cHRvLnRpbmsuQWVzR2NtS2V5EiIaIP7Xj33VJoXuk9KMRwXsjkuDmo5P40WUSaVtJAzyve80GAEQARiZjKeFCSAB";

    [Fact]
    public async Task DecryptAsync_EncryptedKeysetOfTink_IsTheClearOneOfTink()
    {
        var keyset = await TinkKeyset.DecryptAsync(
            Encoding.UTF8.GetBytes(Encrypted),
            new TinkAead(Convert.FromHexString("2A7243A3AE5A89DC321A684456480D66"), 3206648172),
            Convert.FromHexString("000102030405"),
            default
        );

        JsonNode.DeepEquals(JsonNode.Parse(keyset.ToJson()), JsonNode.Parse(Clear)).Should().BeTrue();
        JsonNode
            .DeepEquals(
                JsonNode.Parse(TinkKeyset.FromJson(Encoding.UTF8.GetBytes(Clear)).ToJson()),
                JsonNode.Parse(Clear)
            )
            .Should()
            .BeTrue("what is written is what Tink writes");
    }

    [Fact]
    public async Task EncryptAsync_ReadAgainByTheWireFormat_HasTinksFormAndContent()
    {
        var keyset = TinkKeyset.FromJson(Encoding.UTF8.GetBytes(Clear));
        var aead = new TinkAead(RandomNumberGenerator.GetBytes(16), 7);

        var encrypted = await keyset.EncryptAsync(aead, "tenant"u8.ToArray(), default);
        var written = JsonNode.Parse(encrypted.Ciphertext.Span)!;

        JsonNode
            .DeepEquals(written["keysetInfo"], JsonNode.Parse(Encrypted)!["keysetInfo"])
            .Should()
            .BeTrue("what is told of the keys is what Tink tells");
        var plain = await aead.DecryptAsync(
            Convert.FromBase64String(written["encryptedKeyset"]!.GetValue<string>()),
            "tenant"u8.ToArray(),
            default
        );
        ReadByProtobuf(plain).Should().Equal(ReadByProtobuf(keyset.ToBinary()));
    }

    [Theory]
    [InlineData(BigQueryDeterministic)]
    [InlineData(BigQueryGcm)]
    public void ToBinary_KeysetOfBigQuery_IsTheSameToTheByte(string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        var keyset = TinkKeyset.FromBinary(bytes);
        keyset.ToBinary().Should().Equal(bytes);
        TinkKeyset.FromJsonOrBinary(bytes).IsSame(keyset).Should().BeTrue();
        TinkKeyset.FromJsonOrBinary(Encoding.UTF8.GetBytes("\n " + keyset.ToJson())).IsSame(keyset).Should().BeTrue();
    }

    [Fact]
    public void ToBinary_ReadByProtocolBuffers_HoldsEveryKey()
    {
        var keyset = TinkKeyset.Generate(TinkKeyType.AesSiv).Add(TinkKeyType.AesSiv).Add(TinkKeyType.AesSiv);
        keyset = keyset.Promote(keyset.Keys[1].Id).Disable(keyset.Keys[2].Id);

        ReadByProtobuf(keyset.ToBinary())
            .Should()
            .Equal([
                $"primary {keyset.Keys[1].Id}",
                .. keyset.Keys.Select(key =>
                    $"{key.Id} status {(key.Enabled ? 1 : 2)} prefix 1 type {key.Type.Url} material 1 key {Convert.ToHexString(key.Material)}"
                ),
            ]);
    }

    [Fact]
    public void TryDecrypt_CiphertextOfTink_OpensAndIsMadeAgain()
    {
        // statisticsnorway/dapla-dlp-pseudo-core, MapAndDaeadFuncTest: made by Tink for Java without associated data.
        var keyset = TinkKeyset.FromJson(
            """
            {"primaryKeyId":1284924461,"key":[{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.AesSivKey","value":"EkCIjYUrKTTMAxEZST8xoyBXrfSLtTt+XmfBcE/PQxhr1Ob+YdD84bSMPQDaTGMqD241C4J7oQ+w3RFXaC8vKzbI","keyMaterialType":"SYMMETRIC"},"status":"ENABLED","keyId":1284924461,"outputPrefixType":"TINK"}]}
            """u8
        );
        var ciphertext = Convert.FromBase64String("AUyWZC2kWmY72/261fvqshAWQXfy+FY+F7PB");
        using var siv = new AesSiv(keyset.Primary.Material);
        var plain = new byte[ciphertext.Length - KeyRing.Overhead];

        siv.TryDecrypt(siv.Absorb(siv.Start, []), ciphertext.AsSpan(KeyRing.PrefixLength), plain).Should().BeTrue();

        plain.Should().Equal("Secret"u8.ToArray());
        ciphertext[0].Should().Be(1);
        ciphertext.AsSpan(1, 4).SequenceEqual(Convert.FromHexString("4C96642D")).Should().BeTrue("it names the key");
    }

    // The messages of tink.proto and aes_siv.proto, field by field.
    private static List<string> ReadByProtobuf(byte[] bytes)
    {
        var read = new List<string>();
        var keyset = new CodedInputStream(bytes);
        while (keyset.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
            {
                read.Add($"primary {keyset.ReadUInt32()}");
                continue;
            }

            var fields = new Dictionary<int, uint>();
            var (type, material, value) = ("", 0, "");
            var key = keyset.ReadBytes().CreateCodedInput();
            while (key.ReadTag() is var keyTag and not 0)
            {
                if (WireFormat.GetTagFieldNumber(keyTag) != 1)
                {
                    fields[WireFormat.GetTagFieldNumber(keyTag)] = key.ReadUInt32();
                    continue;
                }

                var data = key.ReadBytes().CreateCodedInput();
                while (data.ReadTag() is var dataTag and not 0)
                {
                    switch (WireFormat.GetTagFieldNumber(dataTag))
                    {
                        case 1:
                            type = data.ReadString();
                            break;
                        case 2:
                            var message = data.ReadBytes().CreateCodedInput();
                            _ = message.ReadTag();
                            value = Convert.ToHexString(message.ReadBytes().Span);
                            message.IsAtEnd.Should().BeTrue();
                            break;
                        default:
                            material = data.ReadEnum();
                            break;
                    }
                }
            }

            read.Add($"{fields[3]} status {fields[2]} prefix {fields[4]} type {type} material {material} key {value}");
        }

        return read;
    }

    /// <summary>Tink's AEAD of one AES-GCM key.</summary>
    private sealed class TinkAead(byte[] key, uint id) : IKeyEncryptionKey
    {
        public Uri Uri { get; } = new("test://tink");

        public ValueTask<byte[]> EncryptAsync(
            ReadOnlyMemory<byte> plain,
            ReadOnlyMemory<byte> associatedData,
            CancellationToken cancellationToken
        )
        {
            using var aes = new AesGcm(key, 16);
            var nonce = RandomNumberGenerator.GetBytes(12);
            var (ciphertext, tag) = (new byte[plain.Length], new byte[16]);
            aes.Encrypt(nonce, plain.Span, ciphertext, tag, associatedData.Span);
            return new([
                1,
                (byte)(id >> 24),
                (byte)(id >> 16),
                (byte)(id >> 8),
                (byte)id,
                .. nonce,
                .. ciphertext,
                .. tag,
            ]);
        }

        public ValueTask<byte[]> DecryptAsync(
            ReadOnlyMemory<byte> ciphertext,
            ReadOnlyMemory<byte> associatedData,
            CancellationToken cancellationToken
        )
        {
            using var aes = new AesGcm(key, 16);
            var bytes = ciphertext.Span;
            var plain = new byte[bytes.Length - 33];
            aes.Decrypt(bytes.Slice(5, 12), bytes[17..^16], bytes[^16..], plain, associatedData.Span);
            return new(plain);
        }
    }
}

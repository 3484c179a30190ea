using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery.Rest;

namespace Governance.Tests.Support.BigQuery.Kms;

/// <summary>
/// Encryption and decryption with a key, and every check of integrity.
/// https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/encrypt,
/// https://cloud.google.com/kms/docs/data-integrity-guidelines
/// </summary>
internal sealed class KmsMethods(KmsState state, StandInOptions options)
{
    private const string Key = "/v1/projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}";

    // "The plaintext must be no larger than 64KiB", as must the additional data; a ciphertext is a little longer.
    private const int Most = 64 * 1024;
    private const int MostSealed = Most + 1024;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private static readonly string[] ToEncrypt =
    [
        "plaintext",
        "additionalAuthenticatedData",
        "plaintextCrc32c",
        "additionalAuthenticatedDataCrc32c",
    ];

    private static readonly string[] ToDecrypt =
    [
        "ciphertext",
        "additionalAuthenticatedData",
        "ciphertextCrc32c",
        "additionalAuthenticatedDataCrc32c",
    ];

    public IEnumerable<Route> Routes =>
        [
            new("POST", $"{Key}:encrypt", "cloudkms.encrypt", Encrypt) { Fields = ToEncrypt },
            new("POST", $"{Key}:decrypt", "cloudkms.decrypt", Decrypt) { Fields = ToDecrypt },
            new("GET", Key, "cloudkms.get", Get),
        ];

    private Task<JsonObject?> Encrypt(Call call)
    {
        var key = Find(call);
        var version = Usable(key.Primary);
        var plain = Bytes(call, "plaintext", Most);
        var additional = Bytes(call, "additionalAuthenticatedData", Most);
        var verifiedPlain = Verify(call, "plaintext", plain);
        var verifiedAdditional = Verify(call, "additionalAuthenticatedData", additional);

        var sealedBytes = new byte[1 + NonceSize + plain.Length + TagSize];
        sealedBytes[0] = (byte)key.Number(version);
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(1, NonceSize));
        using var aes = new AesGcm(version.Bytes, TagSize);
        aes.Encrypt(
            sealedBytes.AsSpan(1, NonceSize),
            plain,
            sealedBytes.AsSpan(1 + NonceSize, plain.Length),
            sealedBytes.AsSpan(1 + NonceSize + plain.Length),
            additional
        );
        return Task.FromResult<JsonObject?>(
            new JsonObject
            {
                ["name"] = version.Name,
                ["ciphertext"] = Convert.ToBase64String(sealedBytes),
                ["ciphertextCrc32c"] = Checksum(sealedBytes),
                ["verifiedPlaintextCrc32c"] = verifiedPlain,
                ["verifiedAdditionalAuthenticatedDataCrc32c"] = verifiedAdditional,
                ["protectionLevel"] = "SOFTWARE",
            }
        );
    }

    private Task<JsonObject?> Decrypt(Call call)
    {
        var key = Find(call);
        var sealedBytes = Bytes(call, "ciphertext", MostSealed);
        var additional = Bytes(call, "additionalAuthenticatedData", Most);
        _ = Verify(call, "ciphertext", sealedBytes);
        _ = Verify(call, "additionalAuthenticatedData", additional);
        if (sealedBytes.Length < 1 + NonceSize + TagSize || key.Version(sealedBytes[0]) is not { } found)
        {
            throw Failed();
        }

        var version = Usable(found);
        var plain = new byte[sealedBytes.Length - 1 - NonceSize - TagSize];
        using var aes = new AesGcm(version.Bytes, TagSize);
        try
        {
            aes.Decrypt(
                sealedBytes.AsSpan(1, NonceSize),
                sealedBytes.AsSpan(1 + NonceSize, plain.Length),
                sealedBytes.AsSpan(1 + NonceSize + plain.Length),
                plain,
                additional
            );
        }
        catch (CryptographicException)
        {
            throw Failed();
        }

        return Task.FromResult<JsonObject?>(
            new JsonObject
            {
                ["plaintext"] = Convert.ToBase64String(plain),
                ["plaintextCrc32c"] = Checksum(plain),
                ["usedPrimary"] = version == key.Primary,
                ["protectionLevel"] = "SOFTWARE",
            }
        );
    }

    private Task<JsonObject?> Get(Call call)
    {
        var key = Find(call);
        return Task.FromResult<JsonObject?>(
            new JsonObject
            {
                ["name"] = key.Name,
                ["purpose"] = "ENCRYPT_DECRYPT",
                ["primary"] = new JsonObject { ["name"] = key.Primary.Name, ["state"] = key.Primary.State },
            }
        );
    }

    private CryptoKey Find(Call call)
    {
        if (call.Caller != options.Owner)
        {
            throw new ApiException(
                403,
                "forbidden",
                "Permission 'cloudkms.cryptoKeyVersions.useToDecrypt' denied on resource (or it may not exist)."
            );
        }

        var name =
            $"projects/{call.Project}/locations/{call.Path["location"]}/keyRings/{call.Path["ring"]}/cryptoKeys/{call.Path["key"]}";
        return state.Find(name) ?? throw new ApiException(404, "notFound", $"CryptoKey {name} not found.");
    }

    private static CryptoKeyVersion Usable(CryptoKeyVersion version) =>
        version.State is "ENABLED"
            ? version
            : throw new ApiException(
                400,
                "failedPrecondition",
                $"{version.Name} is not enabled, current state is: {version.State}."
            );

    private static byte[] Bytes(Call call, string name, int most)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(call.Body[name]?.GetValue<string>() ?? "");
        }
        catch (FormatException)
        {
            throw ApiException.Invalid($"Invalid value at '{name}' (TYPE_BYTES), Base64 decoding failed.");
        }

        return bytes.Length <= most ? bytes : throw ApiException.Invalid($"'{name}' is longer than 64 KiB.");
    }

    // "false" means that the request's checksum did not arrive, not that it was wrong: a wrong one is an error.
    private static bool Verify(Call call, string name, byte[] bytes)
    {
        if (call.Body[$"{name}Crc32c"] is not { } sent)
        {
            return false;
        }

        // A wrapped int64: a decimal string, or a number.
        return
            long.TryParse(sent.ToString(), CultureInfo.InvariantCulture, out var checksum)
            && checksum == Crc32C.Of(bytes)
            ? true
            : throw ApiException.Invalid($"The checksum in '{name}Crc32c' did not match the data in '{name}'.");
    }

    private static string Checksum(byte[] bytes) => Crc32C.Of(bytes).ToString(CultureInfo.InvariantCulture);

    private static ApiException Failed() =>
        ApiException.Invalid("Decryption failed: verify that 'name' refers to the correct CryptoKey.");
}

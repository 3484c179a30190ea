using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Governance.Bench.Measuring;
using Governance.Masking.Avro;
using Governance.Masking.Columns;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Microsoft.Extensions.Compliance.Classification;
using Microsoft.Extensions.Compliance.Redaction;
using Microsoft.Extensions.DependencyInjection;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Governance.Bench.Masking;

/// <summary>The same values masked without any records around them: e-mail addresses, into text.</summary>
internal static class ValueWays
{
    private const int Values = 1024;

    private static readonly ImmutableArray<string> Texts =
    [
        .. Enumerable.Range(0, Values).Select(number => Customer.Of(number * 37).Email),
    ];

    private static readonly ImmutableArray<byte[]> Bytes = [.. Texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Our tokens, a column at once. They are normalized first, as everywhere.</summary>
    public static Way Tokens(TenantKeys keys)
    {
        var column = new Column(
            "email",
            "email",
            null,
            "",
            "restricted",
            "user.contact.email",
            null,
            null,
            new MaskingRule("token", ImmutableDictionary<string, string>.Empty.Add("domain", "email")),
            null,
            []
        );
        var masker = MaskingMethods
            .Get(column.Masking!, column)
            .Compile(new MaskingTarget(column.Masking!, column, ScalarType.Text, ""), keys);
        var values = new ValueColumn();
        return new Way(
            "token",
            Values,
            () =>
            {
                values.Clear();
                foreach (var value in Bytes)
                {
                    values.Add(value);
                }

                masker.Mask(values);
            }
        );
    }

    /// <summary>The HMAC redactor of Microsoft.Extensions.Compliance.Redaction: 16 bytes of an HMAC-SHA-256, as base64.</summary>
    public static Way Redaction()
    {
        var personal = new DataClassification("bench", "personal");
        using var services = new ServiceCollection()
            .AddRedaction(redaction =>
                redaction.SetHmacRedactor(
                    options =>
                    {
                        options.KeyId = 1;
                        options.Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(44));
                    },
                    new DataClassificationSet(personal)
                )
            )
            .BuildServiceProvider();
        var redactor = services
            .GetRequiredService<IRedactorProvider>()
            .GetRedactor(new DataClassificationSet(personal));
        var output = new char[256];
        return new Way(
            "HMAC redactor",
            Values,
            () =>
            {
                foreach (var value in Texts)
                {
                    _ = redactor.Redact(value, output);
                }
            }
        );
    }

    /// <summary>HMAC-SHA-256 by BouncyCastle, as base64.</summary>
    public static Way BouncyHmac()
    {
        var mac = new HMac(new Sha256Digest());
        mac.Init(new KeyParameter(RandomNumberGenerator.GetBytes(32)));
        var hash = new byte[32];
        var output = new char[64];
        return new Way(
            "BouncyCastle HMAC",
            Values,
            () =>
            {
                foreach (var value in Bytes)
                {
                    mac.BlockUpdate(value);
                    _ = mac.DoFinal(hash);
                    _ = Convert.TryToBase64Chars(hash, output, out _);
                }
            }
        );
    }

    /// <summary>
    /// AES-SIV (RFC 5297) put together of BouncyCastle's CMAC and counter mode, as base64; keys are scheduled once, and what the
    /// associated data gives is computed once.
    /// </summary>
    public static Way BouncySiv()
    {
        var mac = new CMac(AesUtilities.CreateEngine());
        mac.Init(new KeyParameter(RandomNumberGenerator.GetBytes(32)));
        var counter = new BufferedBlockCipher(new SicBlockCipher(AesUtilities.CreateEngine()));
        var key = new KeyParameter(RandomNumberGenerator.GetBytes(32));
        counter.Init(forEncryption: true, new ParametersWithIV(key, new byte[16]));
        var associated = RandomNumberGenerator.GetBytes(16);
        var block = new byte[256];
        var output = new char[512];
        return new Way(
            "BouncyCastle AES-SIV",
            Values,
            () =>
            {
                foreach (var value in Bytes)
                {
                    Encrypt(value);
                }
            }
        );

        void Encrypt(byte[] value)
        {
            // What the associated data gives goes into the last 16 bytes of a value of a block or more; all of these are.
            value.CopyTo(block, 0);
            for (var index = 0; index < 16; index++)
            {
                block[value.Length - 16 + index] ^= associated[index];
            }

            mac.BlockUpdate(block.AsSpan(0, value.Length));
            _ = mac.DoFinal(block);
            Span<byte> start = stackalloc byte[16];
            block.AsSpan(0, 16).CopyTo(start);
            start[8] &= 0x7F;
            start[12] &= 0x7F;
            counter.Init(forEncryption: true, new ParametersWithIV(null, start));
            var length = 16 + counter.DoFinal(value, block.AsSpan(16));
            _ = Convert.TryToBase64Chars(block.AsSpan(0, length), output, out _);
        }
    }
}

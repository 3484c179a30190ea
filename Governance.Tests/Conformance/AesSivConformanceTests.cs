using System.Text.Json;
using Governance.Masking.Keys;
using Governance.Tests.Support;

namespace Governance.Tests.Conformance;

/// <summary>AES-SIV against Wycheproof, miscreant and RFC 5297, by processor instructions and by the platform's cipher.</summary>
public sealed class AesSivConformanceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decrypt_EveryWycheproofCase_EndsAsPublished(bool instructions)
    {
        var cases = 0;
        foreach (var document in VectorFiles.Wycheproof("AES-SIV-CMAC"))
        {
            foreach (var group in document.GetProperty("testGroups").EnumerateArray())
            {
                foreach (var test in group.GetProperty("tests").EnumerateArray())
                {
                    Check(test, instructions);
                    cases++;
                }
            }
        }

        cases.Should().BeGreaterThan(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Encrypt_MiscreantExamplesWithSeveralComponents_GivesPublishedCiphertext(bool instructions)
    {
        var examples = VectorFiles.Read("miscreant_aes_siv.tjson").GetProperty("examples:A<O>");
        foreach (var example in examples.EnumerateArray())
        {
            using var siv = new AesSiv(example.Hex("key:d16"), instructions);
            var state = siv.Start;
            foreach (var component in example.GetProperty("ad:A<d16>").EnumerateArray())
            {
                state = siv.Absorb(state, Convert.FromHexString(component.GetString()!));
            }

            CheckBothWays(siv, state, example.Hex("plaintext:d16"), example.Hex("ciphertext:d16"));
        }
    }

    // RFC 5297, A.1: one component. A.2: two components and a nonce.
    [Theory]
    [InlineData(
        "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "101112131415161718191a1b1c1d1e1f2021222324252627",
        "112233445566778899aabbccddee",
        "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"
    )]
    [InlineData(
        "7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
        "00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100,102030405060708090a0,09f911029d74e35bd84156c5635688c0",
        "7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553",
        "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d"
    )]
    public void Encrypt_SamplesOfTheRfc_GivesPublishedCiphertext(
        string key,
        string components,
        string plain,
        string ciphertext
    )
    {
        foreach (var instructions in new[] { true, false })
        {
            using var siv = new AesSiv(Convert.FromHexString(key), instructions);
            var state = siv.Start;
            foreach (var component in components.Split(','))
            {
                state = siv.Absorb(state, Convert.FromHexString(component));
            }

            CheckBothWays(siv, state, Convert.FromHexString(plain), Convert.FromHexString(ciphertext));
        }
    }

    private static void Check(JsonElement test, bool instructions)
    {
        using var siv = new AesSiv(test.Hex("key"), instructions);
        var state = siv.Absorb(siv.Start, test.Hex("aad"));
        var ciphertext = test.Hex("ct");
        var id = test.GetProperty("tcId").GetInt32();
        if (test.GetProperty("result").ValueEquals("valid"))
        {
            CheckBothWays(siv, state, test.Hex("msg"), ciphertext);
        }
        else
        {
            var opened = Enumerable.Repeat((byte)0xaa, Math.Max(0, ciphertext.Length - AesSiv.Overhead)).ToArray();
            siv.TryDecrypt(state, ciphertext, opened).Should().BeFalse($"case {id} is invalid");
            opened.Should().OnlyContain(value => value == 0 || ciphertext.Length < AesSiv.Overhead);
        }
    }

    private static void CheckBothWays(AesSiv siv, AesSivState state, byte[] plain, byte[] ciphertext)
    {
        var encrypted = new byte[plain.Length + AesSiv.Overhead];
        siv.Encrypt(state, plain, encrypted);
        encrypted.Should().Equal(ciphertext);
        var opened = new byte[plain.Length];
        siv.TryDecrypt(state, ciphertext, opened).Should().BeTrue();
        opened.Should().Equal(plain);
    }
}

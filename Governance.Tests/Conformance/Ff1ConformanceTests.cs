using System.Text.Json;
using Governance.Masking.Keys;
using Governance.Tests.Support;

namespace Governance.Tests.Conformance;

/// <summary>FF1 against NIST's samples and Wycheproof, by processor instructions and by the platform's cipher.</summary>
public sealed class Ff1ConformanceTests
{
    private const string Key128 = "2b7e151628aed2a6abf7158809cf4f3c";
    private const string Key192 = Key128 + "ef4359d8d580aa4f";
    private const string Key256 = Key192 + "7f036d6f04fc6a94";
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    // NIST, Cryptographic Standards and Guidelines: Examples with Intermediate Values, FF1samples.pdf, samples 1 to 9.
    [Theory]
    [InlineData(Key128, "", "0123456789", "2433477484")]
    [InlineData(Key128, "39383736353433323130", "0123456789", "6124200773")]
    [InlineData(Key128, "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum")]
    [InlineData(Key192, "", "0123456789", "2830668132")]
    [InlineData(Key192, "39383736353433323130", "0123456789", "2496655549")]
    [InlineData(Key192, "3737373770717273373737", "0123456789abcdefghi", "xbj3kv35jrawxv32ysr")]
    [InlineData(Key256, "", "0123456789", "6657667009")]
    [InlineData(Key256, "39383736353433323130", "0123456789", "1001623463")]
    [InlineData(Key256, "3737373770717273373737", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd")]
    public void Encrypt_SamplesOfNist_GivesPublishedCiphertext(
        string key,
        string tweak,
        string plain,
        string ciphertext
    )
    {
        var alphabet = plain.Length == 10 ? Alphabet[..10] : Alphabet;
        foreach (var instructions in new[] { true, false })
        {
            CheckBothWays(Convert.FromHexString(key), tweak, plain, ciphertext, alphabet, instructions);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Encrypt_EveryWycheproofCase_EndsAsPublished(bool instructions)
    {
        var cases = 0;
        foreach (var document in VectorFiles.Wycheproof("AES-FF1"))
        {
            foreach (var group in document.GetProperty("testGroups").EnumerateArray())
            {
                if (!group.TryGetProperty("alphabet", out var alphabet))
                {
                    continue;
                }

                foreach (var test in group.GetProperty("tests").EnumerateArray())
                {
                    Check(test, alphabet.GetString()!, instructions);
                    cases++;
                }
            }
        }

        cases.Should().BeGreaterThan(0);
    }

    private static void Check(JsonElement test, string alphabet, bool instructions)
    {
        var plain = test.GetProperty("msg").GetString()!;
        var check = () =>
            CheckBothWays(
                test.Hex("key"),
                test.GetProperty("tweak").GetString()!,
                plain,
                test.GetProperty("ct").GetString()!,
                alphabet,
                instructions
            );

        // Legacy cases have a domain that revision 1 of SP 800-38G no longer allows.
        var isSmall = Math.Pow(alphabet.Length, plain.Length) < Ff1.SmallestDomain;
        if (test.GetProperty("result").ValueEquals("valid") && !isSmall)
        {
            check();
        }
        else
        {
            check.Should().Throw<ArgumentException>($"case {test.GetProperty("tcId").GetInt32()} is refused");
        }
    }

    private static void CheckBothWays(
        byte[] key,
        string tweak,
        string plain,
        string ciphertext,
        string alphabet,
        bool instructions
    )
    {
        using var ff1 = new Ff1(key, alphabet.Length, instructions);
        var numerals = Numerals(plain, alphabet);
        ff1.Encrypt(Convert.FromHexString(tweak), numerals);
        string.Concat(numerals.Select(numeral => alphabet[numeral])).Should().Be(ciphertext);
        ff1.Decrypt(Convert.FromHexString(tweak), numerals);
        numerals.Should().Equal(Numerals(plain, alphabet));
    }

    // What is not of the alphabet is a numeral of no radix.
    private static byte[] Numerals(string text, string alphabet) =>
        [.. text.Select(character => (byte)alphabet.IndexOf(character, StringComparison.Ordinal))];
}

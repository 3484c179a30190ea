using Governance.Masking.Keys;
using Governance.Tests.Support;

namespace Governance.Tests.Conformance;

/// <summary>Batches of AES-SIV in Tink's wire format, against Wycheproof and Tink.</summary>
public sealed class SivBatchConformanceTests
{
    [Fact]
    public void Encrypt_EveryValidWycheproofCaseTogether_GivesPublishedCiphertext()
    {
        var keys = new List<AesSiv>();
        var expected = new List<byte[]>();
        var batch = SivBatch.Rent();
        foreach (var document in VectorFiles.Wycheproof("AES-SIV-CMAC"))
        {
            foreach (var group in document.GetProperty("testGroups").EnumerateArray())
            {
                foreach (var test in group.GetProperty("tests").EnumerateArray())
                {
                    var plain = test.Hex("msg");
                    if (!test.GetProperty("result").ValueEquals("valid") || plain.Length > SivBatch.MaxLength)
                    {
                        continue;
                    }

                    var siv = new AesSiv(test.Hex("key"));
                    keys.Add(siv);
                    plain.CopyTo(batch.Room);
                    batch.Add(siv, siv.Absorb(siv.Start, test.Hex("aad")), 7, plain.Length, expected.Count);
                    expected.Add(test.Hex("ct"));
                    if (batch.IsFull)
                    {
                        Check(batch, expected);
                    }
                }
            }
        }

        Check(batch, expected);
        expected.Count.Should().BeGreaterThan(SivBatch.Capacity);
        keys.ForEach(key => key.Dispose());
    }

    // tink-go, daead/aessiv/daead_test.go, TestDeterministicAEAD, "Tink prefix": a case of Wycheproof under the key id 0x01020304.
    [Fact]
    public void Encrypt_VectorOfTinkGo_GivesPublishedCiphertext()
    {
        using var siv = new AesSiv(
            Convert.FromHexString(
                "c25cafc6018b98dfbb79a40ec89c575a4f88c4116489bba27707479800c01302"
                    + "35334a45dbe8d8dae3da8dcb45bbe5dce031b0f68ded544fda7eca30d6749442"
            )
        );
        var state = siv.Absorb(siv.Start, Convert.FromHexString("deeb0ccf3aef47a296ed1ca8f4ae5907"));
        var plain = Convert.FromHexString("beec61030fa3d670337196beade6aeaa");
        var batch = SivBatch.Rent();
        plain.CopyTo(batch.Room);
        batch.Add(siv, state, 0x01020304, plain.Length, 0);
        batch.Encrypt();
        Convert
            .ToHexStringLower(batch.Encrypted(0))
            .Should()
            .Be("01" + "01020304" + "5865208eab9163db85cab9f96d846234a2626aae22f5c17c9aad4b501f4416e4");
    }

    private static void Check(SivBatch batch, List<byte[]> expected)
    {
        batch.Encrypt();
        for (var slot = 0; slot < batch.Count; slot++)
        {
            batch.Encrypted(slot)[KeyRing.PrefixLength..].ToArray().Should().Equal(expected[batch.IndexOf(slot)]);
        }

        batch.Clear();
    }
}

using System.Security.Cryptography;
using Governance.Tests.Support;

namespace Governance.Tests.Conformance;

/// <summary>The platform's HKDF, which all keys are derived by, against Wycheproof.</summary>
public sealed class HkdfConformanceTests
{
    [Fact]
    public void DeriveKey_EveryWycheproofCase_EndsAsPublished()
    {
        foreach (var document in VectorFiles.Wycheproof("HKDF-SHA-256"))
        {
            foreach (var group in document.GetProperty("testGroups").EnumerateArray())
            {
                foreach (var test in group.GetProperty("tests").EnumerateArray())
                {
                    var derive = () =>
                        HKDF.DeriveKey(
                            HashAlgorithmName.SHA256,
                            test.Hex("ikm"),
                            test.GetProperty("size").GetInt32(),
                            test.Hex("salt"),
                            test.Hex("info")
                        );
                    if (test.GetProperty("result").ValueEquals("valid"))
                    {
                        derive().Should().Equal(test.Hex("okm"));
                    }
                    else
                    {
                        derive.Should().Throw<ArgumentException>();
                    }
                }
            }
        }
    }
}

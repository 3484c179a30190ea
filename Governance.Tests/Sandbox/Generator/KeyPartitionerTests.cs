using System.Text;
using Governance.Api.Sandbox.Generator;

namespace Governance.Tests.Sandbox.Generator;

public sealed class KeyPartitionerTests
{
    /// <summary>Kafka's own cases: <c>UtilsTest.testMurmur2</c>.</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Hash_KafkasOwnCases_Agree(string key, int hash) =>
        KeyPartitioner.Hash(Encoding.UTF8.GetBytes(key)).Should().Be(unchecked((uint)hash));
}

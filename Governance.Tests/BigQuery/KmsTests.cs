using System.Text;
using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Kms;

namespace Governance.Tests.BigQuery;

public sealed class KmsTests
{
    private const string Name = "projects/test-project/locations/eu/keyRings/r/cryptoKeys/k";
    private const string Encrypt = $"v1/{Name}:encrypt";
    private const string Decrypt = $"v1/{Name}:decrypt";

    [Fact]
    public void Crc32C_PublishedVector_IsMet() =>
        // RFC 3720 B.4: 32 bytes of zeroes; and the check value of CRC-32C.
        (Crc32C.Of(new byte[32]), Crc32C.Of(Encoding.ASCII.GetBytes("123456789")))
            .Should()
            .Be((0x8A9136AAu, 0xE3069283u));

    [Fact]
    public async Task Decrypt_AfterRotationAndDisabling_FollowsTheVersion()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var client = new StandInClient(standIn);
        var key = standIn.Kms.Create(Name);
        var first = await client.MustAsync(HttpMethod.Post, Encrypt, """{"plaintext":"AAECAw=="}""");
        first["verifiedPlaintextCrc32c"]!.GetValue<bool>().Should().BeFalse("no checksum was sent");
        var body = new JsonObject { ["ciphertext"] = first["ciphertext"]!.DeepClone() }.ToJsonString();

        key.Rotate();
        (await client.MustAsync(HttpMethod.Post, Encrypt, """{"plaintext":"AA=="}"""))["name"]!
            .GetValue<string>()
            .Should()
            .Be($"{Name}/cryptoKeyVersions/2");
        var opened = await client.MustAsync(HttpMethod.Post, Decrypt, body);
        opened["plaintext"]!.GetValue<string>().Should().Be("AAECAw==");
        opened["usedPrimary"]!.GetValue<bool>().Should().BeFalse();

        key.Version(1)!.State = "DISABLED";
        var (status, refused) = await client.SendAsync(HttpMethod.Post, Decrypt, body);
        (status, refused["error"]!["status"]!.GetValue<string>()).Should().Be((400, "FAILED_PRECONDITION"));
    }

    [Theory]
    [InlineData("""{"plaintext":"AA==","plaintextCRC32c":"1"}""")]
    [InlineData("""{"plaintext":"AA==","plaintextCrc32c":"1"}""")]
    [InlineData("""{"plaintext":"not base64"}""")]
    public async Task Encrypt_UnknownFieldOrWrongChecksum_IsRefused(string body)
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var client = new StandInClient(standIn);
        standIn.Kms.Create(Name);
        (await client.SendAsync(HttpMethod.Post, Encrypt, body)).Status.Should().Be(400);
    }

    [Fact]
    public async Task Encrypt_Away_Is503()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var client = new StandInClient(standIn);
        standIn.Kms.Create(Name);
        standIn.Faults.Next("cloudkms.encrypt", Fault.Unavailable);
        (await client.SendAsync(HttpMethod.Post, Encrypt, """{"plaintext":"AA=="}""")).Status.Should().Be(503);
        (await client.SendAsync(HttpMethod.Post, Encrypt, """{"plaintext":"AA=="}""")).Status.Should().Be(200);
    }
}

using System.Text.Json.Nodes;
using Governance.Tests.Support.BigQuery;

namespace Governance.Tests.BigQuery;

/// <summary>Google's own clients get from the stand-in what they expect of the services, so that it does not merely agree with us.</summary>
public sealed class GoogleClientTests
{
    private const string Key = "projects/test-project/locations/europe-west2/keyRings/governance/cryptoKeys/kek";

    [Fact]
    public async Task BigQueryClient_ItsStory_SeesWhatTheServiceWouldShow()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        var seen = await RunAsync("google-bigquery.mjs", standIn);

        Text(seen["duplicateDataset"]!["reason"]).Should().Be("duplicate");
        seen["insertErrors"]!.ToJsonString().Should().Be("""{"name":"PartialFailureError","reason":"invalid"}""");
        seen["listed"]![0]!
            .ToJsonString()
            .Should()
            .Be("""{"id":1,"at":"2026-01-02T03:04:05.678901000Z","day":"2026-01-02","tags":["a","b"],"code":"xyz"}""");
        seen["rows"]!
            .ToJsonString()
            .Should()
            .Be(
                """[{"id":1,"name":"Ada","seen_at":"2026-01-02T03:04:05.678901000Z","cost":"1.25","p":{"lat":51.5},"who":"me"}]"""
            );
        Text(seen["streaming"]!["message"]).Should().Contain("streaming buffer");
        Text(seen["streaming"]!["reason"]).Should().Be("invalidQuery");
        seen["dml"]!
            .ToJsonString()
            .Should()
            .Be(
                """{"id":"chosen-1","state":"DONE","type":"UPDATE","stats":{"insertedRowCount":"0","updatedRowCount":"10","deletedRowCount":"0"},"labels":{"feature":"erasure"},"tables":["readings"]}"""
            );
        seen["duplicateJob"]!["code"]!.GetValue<int>().Should().Be(409);
        seen["pages"]!.ToJsonString().Should().Be("[20,20,10]");
        seen["dry"]!.ToJsonString().Should().Be("""{"bytes":true,"type":"SELECT"}""");
        Text(seen["cost"]!["reason"]).Should().Be("bytesBilledLimitExceeded");
        Text(seen["syntax"]!["reason"]).Should().Be("invalidQuery");
        Text(seen["missing"]!["reason"]).Should().Be("notFound");
        seen["noTable"]!["code"]!.GetValue<int>().Should().Be(404);
        seen["access"]!.ToJsonString().Should().Be("""["names"]""");
        seen["view"]!.GetValue<bool>().Should().BeFalse();
        seen["widened"]!.ToJsonString().Should().Be("""{"fields":8,"label":"yes","type":"INTEGER"}""");
        seen["tables"]!.ToJsonString().Should().Be("""["readings"]""");
        seen["gone"]!.GetValue<bool>().Should().BeFalse();
    }

    [Fact]
    public async Task KmsClient_EncryptAndDecrypt_ChecksDataAndChecksums()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        standIn.Kms.Create(Key);
        var seen = await RunAsync("google-kms.mjs", standIn);

        Text(seen["version"]).Should().Be($"{Key}/cryptoKeyVersions/1");
        seen["verified"]!.ToJsonString().Should().Be("[true,false]");
        Text(seen["plaintext"]).Should().Be("123456789");
        Text(seen["plaintextCrc32c"]).Should().Be("3808858755");
        seen["wrongData"]!["code"]!.GetValue<int>().Should().Be(400, "it saw {0}", seen.ToJsonString());
        Text(seen["wrongData"]!["message"]).Should().Contain("Decryption failed");
        seen["wrongChecksum"]!["code"]!.GetValue<int>().Should().Be(400);
        Text(seen["wrongChecksum"]!["message"]).Should().Contain("checksum");
        seen["noKey"]!["code"]!.GetValue<int>().Should().Be(404);
    }

    private static async Task<JsonObject> RunAsync(string script, BigQueryStandIn standIn)
    {
        var input = new JsonObject
        {
            ["address"] = standIn.Address.ToString().TrimEnd('/'),
            ["token"] = standIn.Members.TokenFor(standIn.Options.Owner),
            ["project"] = standIn.Options.Project,
            ["key"] = Key,
        };
        return JsonNode.Parse(await StandInNode.Folder.RunAsync(script, input.ToJsonString()))!.AsObject();
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}

using System.Text.Json.Nodes;
using Governance.Masking;
using Governance.Masking.Keys;
using Governance.Masking.Keys.CloudKms;
using Governance.Tests.Support.BigQuery;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Kms;

namespace Governance.Tests.Keys.CloudKms;

public sealed class CloudKmsKeyTests
{
    private static readonly byte[] Plain = "a keyset"u8.ToArray();
    private static readonly byte[] Data = "default/index/2"u8.ToArray();

    [Fact]
    public async Task Encrypt_ThenDecrypt_GivesWhatItWasAndTheVersionThatDid()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn);

        var wrapped = await key.EncryptVersionedAsync(Plain, Data, default);

        wrapped.KeyVersion.Should().Be($"{StandInKey.Name}/cryptoKeyVersions/1");
        (await key.DecryptAsync(wrapped.Ciphertext, Data, default)).Should().Equal(Plain);
        key.Uri.ToString().Should().Be($"gcp-kms://{StandInKey.Name}");
        standIn.Faults.Operations.Should().Equal("cloudkms.encrypt", "cloudkms.decrypt");
    }

    [Fact]
    public async Task Decrypt_OtherAssociatedDataOrAltered_IsRefusedAndNotTakenForAWithdrawal()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn);
        var wrapped = await key.EncryptAsync(Plain, Data, default);

        var other = () => key.DecryptAsync(wrapped, "another"u8.ToArray(), default).AsTask();
        (await other.Should().ThrowAsync<KeyMaterialException>()).Which.IsWithdrawn.Should().BeFalse();

        wrapped[^1] ^= 1;
        var altered = () => key.DecryptAsync(wrapped, Data, default).AsTask();
        (await altered.Should().ThrowAsync<KeyMaterialException>()).Which.Message.Should().Contain("Restore it");
    }

    [Fact]
    public async Task Encrypt_MoreThan64KiB_IsRefusedWithoutAsking()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn);
        var most = new byte[CloudKmsKey.MaximumSize];
        (await key.DecryptAsync(await key.EncryptAsync(most, Data, default), Data, default)).Should().Equal(most);
        var asked = standIn.Faults.Operations.Count;

        var large = () => key.EncryptAsync(new byte[CloudKmsKey.MaximumSize + 1], Data, default).AsTask();

        await large.Should().ThrowAsync<KeyMaterialException>();
        standIn.Faults.Operations.Should().HaveCount(asked);
    }

    [Theory]
    [InlineData("cloudkms.encrypt", "ciphertext", "AAAA")]
    [InlineData("cloudkms.encrypt", "ciphertext", "no base64")]
    [InlineData("cloudkms.encrypt", "ciphertext", null)]
    [InlineData("cloudkms.encrypt", "ciphertextCrc32c", "1")]
    [InlineData("cloudkms.encrypt", "ciphertextCrc32c", null)]
    [InlineData("cloudkms.encrypt", "verifiedPlaintextCrc32c", false)]
    [InlineData("cloudkms.encrypt", "verifiedAdditionalAuthenticatedDataCrc32c", false)]
    [InlineData("cloudkms.encrypt", "verifiedAdditionalAuthenticatedDataCrc32c", null)]
    [InlineData("cloudkms.encrypt", "name", StandInKey.Name)]
    [InlineData("cloudkms.encrypt", "name", $"{StandInKey.Name}2/cryptoKeyVersions/1")]
    [InlineData("cloudkms.encrypt", "name", $"{StandInKey.Name}/cryptoKeyVersions/")]
    [InlineData("cloudkms.encrypt", "name", $"{StandInKey.Name}/cryptoKeyVersions/1/x")]
    [InlineData("cloudkms.decrypt", "plaintext", "AAAA")]
    [InlineData("cloudkms.decrypt", "plaintext", null)]
    [InlineData("cloudkms.decrypt", "plaintextCrc32c", "1")]
    [InlineData("cloudkms.decrypt", "plaintextCrc32c", null)]
    public async Task Answer_AlteredOnItsWay_IsTriedAgainAndNeverTaken(string operation, string field, object? value)
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn, options => options.RetryBudget = TimeSpan.FromSeconds(30));
        var wrapped = await key.EncryptAsync(Plain, Data, default);
        var fault = Fault.AnswerAltered(answer => answer[field] = JsonValue.Create(value));

        standIn.Faults.Next(operation, fault);
        await RunAsync();

        standIn.Faults.Next(operation, fault, times: 100);
        var asked = standIn.Faults.Operations.Count;
        var act = RunAsync;
        var refused = await act.Should().ThrowAsync<KeyMaterialException>();
        refused.Which.IsWithdrawn.Should().BeFalse("nobody withdrew the key");
        refused.Which.Message.Should().Contain("altered on its way");
        standIn.Faults.Operations.Count.Should().Be(asked + 3);

        async Task RunAsync()
        {
            if (operation is "cloudkms.encrypt")
            {
                var again = await key.EncryptAsync(Plain, Data, default);
                (await key.DecryptAsync(again, Data, default)).Should().Equal(Plain);
            }
            else
            {
                (await key.DecryptAsync(wrapped, Data, default)).Should().Equal(Plain);
            }
        }
    }

    [Theory]
    [InlineData("cloudkms.encrypt", "plaintext")]
    [InlineData("cloudkms.encrypt", "additionalAuthenticatedData")]
    [InlineData("cloudkms.decrypt", "ciphertext")]
    [InlineData("cloudkms.decrypt", "additionalAuthenticatedData")]
    public async Task Request_AlteredOnItsWay_IsFoundByItsChecksumAndTriedAgain(string operation, string field)
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn, options => options.RetryBudget = TimeSpan.FromSeconds(30));
        standIn.Faults.Next(operation, Fault.RequestAltered(body => body[field] = "AAAA"));

        var wrapped = await key.EncryptAsync(Plain, Data, default);

        (await key.DecryptAsync(wrapped, Data, default)).Should().Equal(Plain);
        standIn.Faults.Operations.Should().HaveCount(3, "one was asked twice");
    }

    [Theory]
    [InlineData("plaintextCrc32c")]
    [InlineData("additionalAuthenticatedDataCrc32c")]
    public async Task Encrypt_ChecksumLostOnItsWay_IsNotTaken(string field)
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn);
        standIn.Faults.Next("cloudkms.encrypt", Fault.RequestAltered(body => body.Remove(field)));

        var act = () => key.EncryptAsync(Plain, Data, default).AsTask();

        await act.Should().ThrowAsync<KeyMaterialException>();
    }

    [Fact]
    public async Task Decrypt_AfterRotation_FollowsTheVersionUntilItIsDisabled()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn);
        var wrapped = await key.EncryptAsync(Plain, Data, default);
        StandInKey.Of(standIn).Rotate();

        (await key.DecryptAsync(wrapped, Data, default)).Should().Equal(Plain);
        var again = await key.EncryptVersionedAsync(Plain, Data, default);
        again.KeyVersion.Should().EndWith("/cryptoKeyVersions/2");

        foreach (var state in new[] { "DISABLED", "DESTROYED", "DESTROY_SCHEDULED" })
        {
            StandInKey.Of(standIn).Version(1)!.State = state;
            var act = () => key.DecryptAsync(wrapped, Data, default).AsTask();
            var refused = (await act.Should().ThrowAsync<KeyMaterialException>()).Which;
            refused.IsWithdrawn.Should().BeTrue();
            refused.Message.Should().Contain($"is {state}.");
        }

        (await key.DecryptAsync(again.Ciphertext, Data, default)).Should().Equal(Plain);
    }

    [Theory]
    [InlineData(403, "forbidden", true, "roles/cloudkms.cryptoKeyEncrypterDecrypter")]
    [InlineData(401, "required", true, "credentials")]
    [InlineData(404, "notFound", true, "has no key")]
    [InlineData(400, "invalid", false, "Restore it")]
    [InlineData(409, "conflict", false, "audit log")]
    public async Task Refusal_ForGood_SaysWhatToDoAndIsNotTriedAgain(
        int status,
        string reason,
        bool isWithdrawn,
        string words
    )
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn, options => options.RetryBudget = TimeSpan.FromSeconds(30));
        standIn.Faults.Next("cloudkms.encrypt", Fault.Status(status, reason, "words of the service: canary"));

        var act = () => key.EncryptAsync(Plain, Data, default).AsTask();

        var refused = (await act.Should().ThrowAsync<KeyMaterialException>()).Which;
        refused.IsWithdrawn.Should().Be(isWithdrawn);
        refused.Message.Should().Contain(words).And.NotContain("canary");
        standIn.Faults.Operations.Should().ContainSingle();
    }

    [Theory]
    [InlineData(429, "rateLimitExceeded")]
    [InlineData(403, "rateLimitExceeded")]
    [InlineData(500, "internalError")]
    [InlineData(502, "badGateway")]
    [InlineData(503, "backendError")]
    [InlineData(504, "timeout")]
    public async Task Trouble_ThatPasses_IsTriedAgainUntilTheBudgetIsSpent(int status, string reason)
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var patient = await StandInKey.OpenAsync(
            standIn,
            options => options.RetryBudget = TimeSpan.FromSeconds(30)
        );
        using var hasty = await StandInKey.OpenAsync(standIn);
        var fault = Fault.Status(status, reason, "later");
        standIn.Faults.Next("cloudkms.encrypt", fault, times: 2);

        _ = await patient.EncryptAsync(Plain, Data, default);

        standIn.Faults.Operations.Should().HaveCount(3);
        standIn.Faults.Next("cloudkms.encrypt", fault);
        var act = () => hasty.EncryptAsync(Plain, Data, default).AsTask();
        await act.Should().ThrowAsync<KeysUnavailableException>();
        standIn.Faults.Operations.Should().HaveCount(4);
    }

    [Fact]
    public async Task Connection_LostOrSlowOrNone_IsAway()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(
            standIn,
            options => options.RequestTimeout = TimeSpan.FromMilliseconds(300)
        );
        using var nobody = await StandInKey.OpenAsync(
            standIn,
            options => options.Endpoint = new Uri("http://127.0.0.1:9/")
        );
        var act = (CloudKmsKey asked) => asked.Awaiting(one => one.EncryptAsync(Plain, Data, default).AsTask());

        standIn.Faults.Next("cloudkms.encrypt", Fault.RequestLost);
        await act(key).Should().ThrowAsync<KeysUnavailableException>();
        standIn.Faults.Next("cloudkms.encrypt", Fault.Latency(TimeSpan.FromSeconds(2)));
        await act(key).Should().ThrowAsync<KeysUnavailableException>();
        await act(nobody).Should().ThrowAsync<KeysUnavailableException>();
    }

    [Fact]
    public async Task Encrypt_Cancelled_IsNoTroubleOfKms()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        standIn.Faults.Next("cloudkms.encrypt", Fault.Latency(TimeSpan.FromSeconds(2)));

        var act = () => key.EncryptAsync(Plain, Data, stop.Token).AsTask();

        await act.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task OpenAsync_ManyFaults_SaysAllOfThem()
    {
        var act = () =>
            CloudKmsKey.OpenAsync(
                new CloudKmsOptions
                {
                    Key = "projects/p/keys/k",
                    Endpoint = new Uri("http://kms.example/"),
                    CredentialsFile = "/nowhere/canary.json",
                    AccessToken = "canary-token",
                    HardLife = TimeSpan.FromMinutes(1),
                    RetryBudget = TimeSpan.FromDays(1),
                },
                TimeProvider.System
            );

        var message = (await act.Should().ThrowAsync<StartupException>()).Which.Message;
        message
            .Should()
            .ContainAll("Key:", "Endpoint:", "CredentialsFile:", "AccessToken:", "HardLife:", "RetryBudget:")
            .And.NotContain("canary");
    }

    [Fact]
    public async Task GooglesOwnClient_OpensWhatThisWrappedAndTheOtherWayRound()
    {
        await using var standIn = await BigQueryStandIn.StartAsync();
        using var key = await StandInKey.OpenAsync(standIn);
        var input = new JsonObject
        {
            ["address"] = standIn.Address.ToString().TrimEnd('/'),
            ["token"] = standIn.Members.TokenFor(standIn.Options.Owner),
            ["key"] = StandInKey.Name,
            ["ciphertext"] = Convert.ToBase64String(await key.EncryptAsync(Plain, Data, default)),
            ["plaintext"] = Convert.ToBase64String("theirs"u8),
            ["data"] = Convert.ToBase64String(Data),
        };

        var answer = JsonNode.Parse(
            await StandInNode.Folder.RunAsync("google-kms-both-ways.mjs", input.ToJsonString())
        )!;

        Convert.FromBase64String(answer["plaintext"]!.GetValue<string>()).Should().Equal(Plain);
        var theirs = Convert.FromBase64String(answer["ciphertext"]!.GetValue<string>());
        (await key.DecryptAsync(theirs, Data, default)).Should().Equal("theirs"u8.ToArray());
    }
}

using System.Text.RegularExpressions;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Commands;

/// <summary>The commands beside a running service: it follows without a restart, and loses nothing.</summary>
public sealed partial class KeysCommandTests : IAsyncLifetime
{
    private SandboxHost _host = null!;

    private TenantKeys Keys => _host.Services.GetRequiredService<TenantKeys>();

    public async ValueTask InitializeAsync() =>
        _host = await SandboxHost.StartAsync(["--Governance:Keys:ReloadInterval=00:00:00.1"]);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Rotation_BesideARunningService_ReachesItAndKeepsWhatWasWritten()
    {
        var old = Keys.PrimaryKeyId;
        var surrogate = await ResolveAsync("ada@example.org");
        var quarantine = _host.Services.GetRequiredService<IQuarantine>();
        await quarantine.AddAsync(
            [
                new QuarantinedEvent(
                    "cluster",
                    "customers",
                    0,
                    7,
                    DateTimeOffset.UnixEpoch,
                    null,
                    "no_contract",
                    Keys.SealQuarantine("event"u8, "customers", 0, 7)
                ),
            ],
            default
        );

        var added = await RunAsync(0, "add");
        var id = uint.Parse(Added().Match(added).Groups["id"].Value, System.Globalization.CultureInfo.InvariantCulture);
        await RunAsync(0, "promote", $"{id}");
        await Wait.UntilAsync(() => Task.FromResult(Keys.PrimaryKeyId == id), "the service follows");

        // Also what the service does not have in memory any more is readable.
        (await FindAsync("ada@example.org"))
            .Should()
            .Be(surrogate);
        (await RunAsync(1, "retire", $"{old}")).Should().Contain("1 vault rows").And.Contain("1 quarantined events");
        (await RunAsync(0, "rewrap")).Should().Contain("1 more vault rows and 1 more quarantined events");
        await RunAsync(0, "retire", $"{old}");
        await Wait.UntilAsync(() => Task.FromResult(Keys.Generation == 4), "the service follows");

        (await FindAsync("ada@example.org")).Should().Be(surrogate);
        var kept = (await quarantine.ReadAsync(new QuarantineFilter(), 0, 10, default)).Single().Event;
        var plain = QuarantineSeal.Open(Keys, kept.Sealed, kept.Topic, kept.Partition, kept.Offset, kept.EventTime);
        plain!.Value.ToArray().Should().Equal("event"u8.ToArray());

        var list = await RunAsync(0, "list");
        list.Should().MatchRegex($@"{old}\s+retired\s").And.MatchRegex($@"{id}\s+primary\s.*\s1\s+1");
        var ledger = await CommandRun.OfAsync("verify-ledger", "--data", _host.DataDirectory);
        ledger.Status.Should().Be(0, ledger.Out);
    }

    [Fact]
    public async Task Promote_TheServiceRefusesTheKeyset_IsAFindingUnlessForced()
    {
        var id = await AddAsync();
        await Wait.UntilAsync(() => Task.FromResult(Keys.Generation == 2), "the service follows");
        var path = Path.Combine(_host.DataDirectory, "keys", "keyset.json");
        var good = await File.ReadAllBytesAsync(path);
        await File.WriteAllTextAsync(path, "{}");
        await Wait.UntilAsync(() => Task.FromResult(Keys.ReloadFault is not null), "the service follows");
        (await _host.Client.GetStringAsync(new Uri("health/ready", UriKind.Relative)))
            .Should()
            .Contain("the changed keyset is refused");
        (await RunAsync(1, "promote", $"{id}", "--wait", "0")).Should().Contain("Restore it from its backup");

        await File.WriteAllBytesAsync(path, good);
        await RunAsync(0, "promote", $"{id}");
    }

    [Fact]
    public async Task Rekey_BesideARunningService_GoesUnnoticed()
    {
        var old = Keys.PrimaryKeyId;
        (await RunAsync(0, "rekey", "--drop-old")).Should().Contain("1 older key encryption keys are removed");

        await RunAsync(0, "promote", $"{await AddAsync()}");
        await Wait.UntilAsync(() => Task.FromResult(Keys.PrimaryKeyId != old), "the service follows");
        Keys.ReloadFault.Should().BeNull();
    }

    [Fact]
    public async Task RotateReceiptKey_BesideARunningService_SignsWithTheNewOneAndPublishesBoth()
    {
        (await RunAsync(0, "rotate-receipt-key")).Should().Contain("receipts are signed by");

        await Wait.UntilAsync(
            async () =>
                (await _host.Client.GetStringAsync(new Uri(".well-known/jwks.json", UriKind.Relative))).Split("\"kid\"")
                    is { Length: 3 },
            "both keys are published"
        );
    }

    [Theory]
    [InlineData("json")]
    [InlineData("binary")]
    public async Task ExportAndImport_ToAnotherService_ReadsItsTokens(string format)
    {
        var file = Path.Combine(_host.DataDirectory, "export." + format);
        await RunAsync(0, "export", "--out", file, "--format", format, "--cleartext");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (await RunAsync(1, "import", file)).Should().Contain("nothing was imported", "it has these keys");
        await using var other = await SandboxHost.StartAsync();
        var imported = await CommandRun.OfAsync("keys", "import", file, "--data", other.DataDirectory);
        imported.Status.Should().Be(0, imported.Error);
        var keys = other.Services.GetRequiredService<TenantKeys>();
        await Wait.UntilAsync(() => Task.FromResult(keys.Generation == 2), "the service follows");
        keys.Tokens("email").TryOpenText(Token("a@b"), out var plain).Should().BeTrue();
        plain.Should().Equal("a@b"u8.ToArray());
        keys.PrimaryKeyId.Should().NotBe(Keys.PrimaryKeyId);
    }

    [GeneratedRegex("^added (?<id>[0-9]+):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Added();

    private async Task<uint> AddAsync() =>
        uint.Parse(
            Added().Match(await RunAsync(0, "add")).Groups["id"].Value,
            System.Globalization.CultureInfo.InvariantCulture
        );

    private async Task<string> RunAsync(int status, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(["keys", .. arguments, "--data", _host.DataDirectory]);
        run.Status.Should().Be(status, run.Out + run.Error);
        return run.Out + run.Error;
    }

    private byte[] Token(string value)
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        Keys.Tokens("email").Write(System.Text.Encoding.UTF8.GetBytes(value), text);
        return text.WrittenSpan.ToArray();
    }

    private async Task<Guid> ResolveAsync(string email)
    {
        var identifiers = _host.Services.GetRequiredService<Identifiers>();
        var plain = System.Text.Encoding.UTF8.GetBytes(email);
        identifiers.TryGetKey("email", plain, out var key).Should().BeTrue();
        var into = new Dictionary<IdentifierKey, ResolvedIdentifier>();
        await identifiers.ResolveAsync(
            new Dictionary<IdentifierKey, ReadOnlyMemory<byte>> { [key] = plain },
            into,
            default
        );
        return into[key].Surrogate;
    }

    private async Task<Guid> FindAsync(string email)
    {
        var identifiers = _host.Services.GetRequiredService<Identifiers>();
        identifiers.TryGetKey("email", System.Text.Encoding.UTF8.GetBytes(email), out var key).Should().BeTrue();
        return (await identifiers.FindAsync([key], default))[key].Surrogate;
    }
}

using System.Security.Cryptography;
using System.Text;
using Governance.Api.Features.SubjectRequests.Exporting.Age;
using Governance.Tests.Support;

namespace Governance.Tests.Features.SubjectRequests.Exporting.Age;

/// <summary>What is written opens with age's own library, and what is not whole does not.</summary>
public sealed class AgeWriterTests
{
    private const string Passphrase = "correct horse battery staple";

    [Fact]
    public async Task Write_OfAnyLength_IsOpenedByAForeignLibrary()
    {
        var (identity, recipient) = await AgeTool.GenerateAsync();
        var key = PublicKeyRecipient.TryParse(recipient)!;
        int[] lengths = [0, 1, 65_535, 65_536, 65_537, 200_000];
        var plains = lengths.Select(RandomNumberGenerator.GetBytes).ToArray();
        var files = plains.Select(plain => Encrypt(plain, key)).ToArray();
        var passphrase = new PassphraseRecipient(Encoding.UTF8.GetBytes(Passphrase), 10);
        var locked = Encrypt(plains[^1], passphrase);

        var opened = await AgeTool.OpenAsync([
            .. files.Select(file => (file, (string?)null, (string?)identity)),
            (locked, Passphrase, null),
        ]);

        opened.Should().BeEquivalentTo([.. plains, plains[^1]], options => options.WithStrictOrdering());
    }

    [Fact]
    public async Task Write_NotForTheReaderOrNotWhole_IsRefused()
    {
        var (identity, recipient) = await AgeTool.GenerateAsync();
        var key = PublicKeyRecipient.TryParse(recipient)!;
        var other = await AgeTool.GenerateAsync();
        var plain = RandomNumberGenerator.GetBytes(150_000);
        var file = Encrypt(plain, key);
        var locked = Encrypt(plain, new PassphraseRecipient(Encoding.UTF8.GetBytes(Passphrase), 10));
        var altered = (byte[])file.Clone();
        altered[^20] ^= 1;

        var opened = await AgeTool.OpenAsync(
            (file, null, other.Identity),
            (locked, "another passphrase", null),
            (Encrypt(plain, key, complete: false), null, identity),
            (file[..^1], null, identity),
            (altered, null, identity)
        );

        opened.Should().HaveCount(5).And.OnlyContain(one => one == null);
    }

    [Fact]
    public async Task TryParse_MistypedKey_IsNone()
    {
        var (identity, recipient) = await AgeTool.GenerateAsync();

        PublicKeyRecipient.TryParse(recipient).Should().NotBeNull();
        PublicKeyRecipient.TryParse(recipient.ToUpperInvariant()).Should().NotBeNull();
        foreach (
            var wrong in (string[])
                [
                    "",
                    "age1",
                    identity,
                    recipient[..^1],
                    recipient[..^1] + (recipient[^1] == 'q' ? 'p' : 'q'),
                    "A" + recipient[1..],
                ]
        )
        {
            PublicKeyRecipient.TryParse(wrong).Should().BeNull();
        }
    }

    private static byte[] Encrypt(byte[] plain, AgeRecipient recipient, bool complete = true)
    {
        using var file = new MemoryStream();
        using (var writer = new AgeWriter(file, recipient))
        {
            // In pieces that fit no chunk.
            foreach (var piece in plain.Chunk(7_777))
            {
                writer.Write(piece);
            }

            if (complete)
            {
                writer.Complete();
            }
        }

        return file.ToArray();
    }
}

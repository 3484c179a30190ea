using Governance.Api.Features.SubjectRequests.Exporting.Age;
using Governance.Api.Http;

namespace Governance.Api.Features.SubjectRequests.EncryptTo;

/// <summary>What an archive is encrypted to: one of both. Not a record: its text form must not show a passphrase.</summary>
internal sealed class EncryptToBody
{
    private const int Shortest = 12;
    private const int Longest = 256;

    /// <summary>A passphrase of 12 to 256 characters, which the person gets on another way than the archive. It is kept sealed, and destroyed when the request is over.</summary>
    public string? Passphrase { get; init; }

    /// <summary>A public key of age: <c>age1…</c>.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Every fault; none holds what was sent.</summary>
    public IEnumerable<Fault> Faults(string path)
    {
        if (Passphrase is null == PublicKey is null)
        {
            yield return new Fault(path, "one_of_both", "Give passphrase or publicKey, and not both.");
        }
        else if (Passphrase is { Length: < Shortest or > Longest })
        {
            yield return new Fault(
                $"{path}.passphrase",
                "wrong_length",
                $"A passphrase has {Shortest} to {Longest} characters."
            );
        }
        else if (PublicKey is { } key && (key.Length > Longest || PublicKeyRecipient.TryParse(key) is null))
        {
            yield return new Fault(
                $"{path}.publicKey",
                "malformed",
                "It is no public key of age (age1…, by age-keygen), or it was mistyped."
            );
        }
    }
}

using System.Text;
using Governance.Api.Features.SubjectRequests.EncryptTo;
using Governance.Masking.Keys;

namespace Governance.Api.Features.SubjectRequests.Requests;

/// <summary>Keeps what an archive is encrypted to sealed under the service's key, for as long as the request is open.</summary>
internal sealed class DemandSecrets(TenantKeys keys)
{
    private const string Purpose = "subject-request.encrypt-to";

    /// <summary>Puts it on a demand.</summary>
    public void Keep(RequestDemand demand, EncryptToBody body)
    {
        demand.EncryptTo = body.Passphrase is null ? RequestDemand.PublicKey : RequestDemand.Passphrase;
        var text = body.Passphrase ?? body.PublicKey!;
        demand.Sealed = keys.SealSecret(Encoding.UTF8.GetBytes(text), Purpose, demand.RequestId.ToString());
    }

    /// <summary>The passphrase or public key as UTF-8.</summary>
    /// <exception cref="InvalidOperationException">It is gone, or not genuine.</exception>
    public byte[] Open(RequestDemand? demand) =>
        demand?.Sealed is { } kept && keys.TryOpenSecret(kept, Purpose, demand.RequestId.ToString(), out var plain)
            ? plain
            : throw new InvalidOperationException("What the archive is to be encrypted to cannot be opened.");
}

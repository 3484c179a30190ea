using System.Text.Json;
using Governance.Api.Features.Receipts.Signing;

namespace Governance.Api.Features.Receipts.ReadKeys;

/// <summary>Writes the keys that are published.</summary>
internal sealed class ReceiptKeySet(ReceiptKeys keys) : IReceiptKeySet
{
    public byte[] ReadJwks() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new KeySet([.. keys.Public.Select(PublicKey.Of)]),
            JsonSerializerOptions.Web
        );
}

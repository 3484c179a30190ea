using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Api.Commands;

/// <summary>Reads public keys.</summary>
internal static class KeySetSource
{
    /// <summary>Reads a JWK set (RFC 7517).</summary>
    /// <param name="source">A file, or an address.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="MisuseException">It is none, cannot be read, or comes by a way that anybody could alter.</exception>
    public static async Task<IReadOnlyCollection<JsonWebKey>> ReadAsync(
        string source,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var json =
                Uri.TryCreate(source, UriKind.Absolute, out var address) && !address.IsFile
                    ? await FetchAsync(address, cancellationToken)
                    : await File.ReadAllTextAsync(source, cancellationToken);
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object && new JsonWebKeySet(json).Keys is [_, ..] keys)
            {
                return [.. keys];
            }
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new MisuseException($"{source} holds no JWK set.", exception);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or HttpRequestException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw new MisuseException(
                $"The keys {source} cannot be read. Name a file, or the address of /.well-known/jwks.json.",
                exception
            );
        }

        throw new MisuseException($"{source} holds no JWK set with keys.");
    }

    private static async Task<string> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        var isSecure = string.Equals(address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal);
        var isLocal = string.Equals(address.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal) && address.IsLoopback;
        if (!isSecure && !isLocal)
        {
            throw new MisuseException($"Keys that come from {address} could be anybody's. Use https, or a file.");
        }

        using var client = new HttpClient
        {
            Timeout = TimeSpan.FromSeconds(15),
            MaxResponseContentBufferSize = 1024 * 1024,
        };
        return await client.GetStringAsync(address, cancellationToken);
    }
}

using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;
using Google.Apis.Services;

namespace Governance.Masking.GoogleCloud;

/// <summary>
/// Where Google Cloud's services are, and as whom they are called: what a caller of any of them configures. Nothing of a credential
/// is ever in a message.
/// </summary>
public sealed class GoogleAccess
{
    private const string CloudPlatform = "https://www.googleapis.com/auth/cloud-platform";

    /// <summary>
    /// The JSON file of a service account, or of workload identity federation (<c>external_account</c>). Default: none, which
    /// means application default credentials: <c>GOOGLE_APPLICATION_CREDENTIALS</c>, or the identity of the machine or the pod.
    /// </summary>
    public string? CredentialsFile { get; init; }

    /// <summary>
    /// The service's address, where it is not Google's public one: a private endpoint, or an emulator. Plain http is for loopback
    /// alone. Default: none.
    /// </summary>
    public Uri? Endpoint { get; init; }

    /// <summary>A bearer token as it is, for tests and emulators; only together with <see cref="Endpoint"/>. Default: none.</summary>
    public string? AccessToken { get; init; }

    /// <summary>Everything that is wrong with it, each with the member that is.</summary>
    public IEnumerable<(string Member, string Fault)> Faults()
    {
        if (Endpoint is not null && !IsSafe(Endpoint))
        {
            yield return (
                nameof(Endpoint),
                "It must be an absolute https address without user, query and fragment; plain http is for loopback alone."
            );
        }

        if (AccessToken is not null && Endpoint is null)
        {
            yield return (
                nameof(AccessToken),
                $"It is for tests and emulators, together with {nameof(Endpoint)}. Name a {nameof(CredentialsFile)} instead."
            );
        }

        if (AccessToken is not null && CredentialsFile is not null)
        {
            yield return (nameof(AccessToken), $"Set it or {nameof(CredentialsFile)}, not both.");
        }

        if (CredentialsFile is not null && !File.Exists(CredentialsFile))
        {
            yield return (nameof(CredentialsFile), "There is no such file, or it cannot be read.");
        }
    }

    /// <summary>The credentials that calls are made with.</summary>
    /// <returns>
    /// <see langword="null"/> where an emulator is called without: its <see cref="Endpoint"/> is plain http, and neither a file nor a
    /// token is named.
    /// </returns>
    /// <exception cref="StartupException">There are none, they cannot be read, or <see cref="Faults"/> names some.</exception>
    public async Task<GoogleCredential?> LoadAsync(CancellationToken cancellationToken)
    {
        if (Faults().Select(fault => $"{fault.Member}: {fault.Fault}").ToArray() is [_, ..] faults)
        {
            throw new StartupException($"Google Cloud cannot be called. {string.Join(" ", faults)}");
        }

        if (AccessToken is not null)
        {
            return GoogleCredential.FromAccessToken(AccessToken);
        }

        if (CredentialsFile is not null)
        {
            return (await ReadFileAsync(CredentialsFile, cancellationToken)).CreateScoped(CloudPlatform);
        }

        if (Endpoint is { } endpoint && IsPlain(endpoint))
        {
            return null;
        }

        try
        {
            return (await GoogleCredential.GetApplicationDefaultAsync(cancellationToken)).CreateScoped(CloudPlatform);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The cause may quote the file that it tried.
            throw new StartupException(
                $"There are no application default credentials of Google Cloud, or they cannot be read ({exception.GetType().Name}). Name a {nameof(CredentialsFile)}, set GOOGLE_APPLICATION_CREDENTIALS, or give the machine or pod an identity."
            );
        }
    }

    /// <summary>
    /// How a client of a service is made. Calls are not repeated by the runtime: it would repeat 503 alone, so every adapter has a
    /// rule of its own.
    /// </summary>
    /// <param name="credential">What <see cref="LoadAsync"/> gave.</param>
    public BaseClientService.Initializer Initializer(GoogleCredential? credential) =>
        new()
        {
            ApplicationName = "governance",
            BaseUri = Endpoint is null ? null : Endpoint.AbsoluteUri.TrimEnd('/') + "/",
            HttpClientInitializer = credential,
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
        };

    private static async Task<GoogleCredential> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var json = await File.ReadAllTextAsync(path, cancellationToken);
            using var document = JsonDocument.Parse(json);
            var type = document.RootElement.GetProperty("type").GetString();
            return CredentialFactory.FromJson(json, type);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // No cause: a parser's message quotes what it read.
            throw new StartupException(
                $"The file that {nameof(CredentialsFile)} names holds no credentials of Google Cloud, or cannot be read ({exception.GetType().Name}). Download the service account's key as JSON, or write the configuration of workload identity federation."
            );
        }
    }

    private static bool IsSafe(Uri endpoint) =>
        endpoint.IsAbsoluteUri
        && endpoint.UserInfo.Length == 0
        && endpoint.Query.Length == 0
        && endpoint.Fragment.Length == 0
        && (IsHttps(endpoint) || (IsPlain(endpoint) && endpoint.IsLoopback));

    private static bool IsHttps(Uri endpoint) =>
        string.Equals(endpoint.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal);

    private static bool IsPlain(Uri endpoint) =>
        string.Equals(endpoint.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal);
}

using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>
/// Application default credentials, or those of a file. What a credentials file holds is in no message: a fault names the file and
/// the kind of fault alone.
/// </summary>
internal sealed class GoogleAccess : IGoogleAccess
{
    private const string Scope = "https://www.googleapis.com/auth/bigquery";
    private static readonly string[] Kinds =
    [
        JsonCredentialParameters.ServiceAccountCredentialType,
        JsonCredentialParameters.ExternalAccountCredentialType,
        JsonCredentialParameters.ImpersonatedServiceAccountCredentialType,
        JsonCredentialParameters.AuthorizedUserCredentialType,
    ];

    private readonly GoogleCredential _credential;

    private GoogleAccess(GoogleCredential credential) => _credential = credential.CreateScoped(Scope);

    public IConfigurableHttpClientInitializer Http => _credential;

    /// <summary>Loads the credentials.</summary>
    /// <exception cref="WarehouseException">There are none, or the file is none that is known.</exception>
    public static GoogleAccess Load(BigQueryOptions options) =>
        new(options.CredentialsFile is { Length: > 0 } file ? FromFile(file) : Default());

    public Task<string> TokenAsync(CancellationToken cancellationToken) =>
        ((ITokenAccess)_credential).GetAccessTokenForRequestAsync(null, cancellationToken);

    private static GoogleCredential Default()
    {
        try
        {
            return GoogleCredential.GetApplicationDefault();
        }
        catch (InvalidOperationException)
        {
            throw Fault(
                "There are no application default credentials: set GOOGLE_APPLICATION_CREDENTIALS, run where the machine has an "
                    + $"identity, or name a file in {BigQueryOptions.SectionName}:{nameof(BigQueryOptions.CredentialsFile)}."
            );
        }
    }

    private static GoogleCredential FromFile(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var kind = json.RootElement.TryGetProperty("type", out var type) ? type.GetString() : null;
            return kind is not null && Kinds.Contains(kind)
                ? CredentialFactory.FromFile(file, kind)
                : throw Fault($"{file} is no credentials file of a kind that is known: {string.Join(", ", Kinds)}.");
        }
        catch (Exception exception) when (exception is not WarehouseException)
        {
            // The exception may quote the file.
            throw Fault($"The credentials file {file} could not be read ({exception.GetType().Name}).");
        }
    }

    private static WarehouseException Fault(string message) =>
        new(new Refusal(RefusalKind.Denied, "credentials", message));
}

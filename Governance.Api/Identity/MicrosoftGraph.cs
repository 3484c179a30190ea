using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Identity.Web;

namespace Governance.Api.Identity;

/// <summary>A person or a program of the directory, by its object id.</summary>
internal readonly record struct DirectoryMember(string Id, bool IsApplication);

/// <summary>
/// Microsoft Graph, as far as it tells groups: <c>getMemberGroups</c>, which follows groups within groups. This service asks with its own credentials, so
/// nobody has to consent, and a pipeline's groups are had the same way. Never throws: what cannot be had has a fault.
/// </summary>
internal sealed partial class MicrosoftGraph(
    IServiceScopeFactory scopes,
    IHttpClientFactory http,
    IConfiguration configuration,
    IOptions<EntraOptions> entra,
    IOptions<DirectoryOptions> options,
    TimeProvider time,
    ILogger<MicrosoftGraph> logger
)
{
    /// <summary>The name of its HTTP client.</summary>
    public const string ClientName = "microsoft-graph";

    // 11,000 ids, the most that it answers, and as much again.
    private const int MostBytes = 1 << 20;

    public async Task<KnownGroups> GroupsOfAsync(DirectoryMember member)
    {
        if (!HasCredentials())
        {
            LogNotHad(GroupFaults.NotConfigured, "AzureAd:ClientCredentials is missing");
            return KnownGroups.None(GroupFaults.NotConfigured);
        }

        if (!Guid.TryParse(member.Id, out var id))
        {
            LogNotHad(GroupFaults.Unavailable, "the token's oid is no object id");
            return KnownGroups.None(GroupFaults.Unavailable);
        }

        using var limit = new CancellationTokenSource(options.Value.GroupsTimeLimit, time);
        try
        {
            // Whatever is asked and does not listen to the limit is left behind.
            return await AskAsync(id, member.IsApplication, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            LogNotHad(GroupFaults.Unavailable, "it took too long");
            return KnownGroups.None(GroupFaults.Unavailable);
        }
        catch (Exception exception)
        {
            // Of the directory's own libraries: by its type, as its words may name the person.
            var fault = exception is HttpRequestException or JsonException or IOException
                ? GroupFaults.Unavailable
                : GroupFaults.Refused;
            LogNotHad(fault, exception.GetType().Name);
            return KnownGroups.None(fault);
        }
    }

    private async Task<KnownGroups> AskAsync(Guid id, bool isApplication, CancellationToken cancellationToken)
    {
        var graph = new Uri(options.Value.Graph);
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(
                new Uri($"{graph.AbsoluteUri.TrimEnd('/')}/"),
                $"{(isApplication ? "servicePrincipals" : "users")}/{id:D}/getMemberGroups"
            )
        )
        {
            Content = JsonContent.Create(new { securityEnabledOnly = true }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            await TokenAsync($"{graph.GetLeftPart(UriPartial.Authority)}/.default", cancellationToken)
        );
        using var client = http.CreateClient(ClientName);
        client.MaxResponseContentBufferSize = MostBytes;
        using var response = await client.SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await ReadAsync(response, cancellationToken),
            HttpStatusCode.BadRequest when await IsTooManyAsync(response, cancellationToken) => Failed(
                GroupFaults.TooMany,
                response.StatusCode
            ),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Failed(GroupFaults.Refused, response.StatusCode),
            var status => Failed(GroupFaults.Unavailable, status),
        };
    }

    private async Task<string> TokenAsync(string scope, CancellationToken cancellationToken)
    {
        await using var services = scopes.CreateAsyncScope();
        return await services
            .ServiceProvider.GetRequiredService<ITokenAcquisition>()
            .GetAccessTokenForAppAsync(
                scope,
                JwtBearerDefaults.AuthenticationScheme,
                entra.Value.TenantId,
                new TokenAcquisitionOptions { CancellationToken = cancellationToken }
            );
    }

    private async Task<KnownGroups> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (
            answer.ValueKind == JsonValueKind.Object
            && answer.TryGetProperty("value", out var groups)
            && groups.ValueKind == JsonValueKind.Array
            && !answer.TryGetProperty("@odata.nextLink", out _)
            && groups.EnumerateArray().All(group => group.ValueKind == JsonValueKind.String && group.TryGetGuid(out _))
        )
        {
            return new KnownGroups([.. groups.EnumerateArray().Select(group => group.GetString()!)], null);
        }

        // Half a list would be as wrong as none, and less plain.
        LogNotHad(GroupFaults.Unavailable, "the answer is no list of groups");
        return KnownGroups.None(GroupFaults.Unavailable);
    }

    private static async Task<bool> IsTooManyAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await response.Content.ReadAsStringAsync(cancellationToken)).Contains(
            "Directory_ResultSizeLimitExceeded",
            StringComparison.Ordinal
        );

    private KnownGroups Failed(string fault, HttpStatusCode status)
    {
        LogNotHad(fault, $"status {(int)status}");
        return KnownGroups.None(fault);
    }

    // As Microsoft.Identity.Web reads them.
    private bool HasCredentials()
    {
        var section = configuration.GetSection(EntraOptions.SectionName);
        return section["ClientSecret"] is { Length: > 0 }
            || section.GetSection("ClientCredentials").GetChildren().Any()
            || section.GetSection("ClientCertificates").GetChildren().Any();
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The directory was asked for somebody's groups and gave none ({Fault}): {Reason}. They count as a member of none."
    )]
    private partial void LogNotHad(string fault, string reason);
}

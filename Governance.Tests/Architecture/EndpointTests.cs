using Governance.Api.Identity;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Architecture;

/// <summary>Every endpoint says who may call it.</summary>
public sealed class EndpointTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    /// <summary>Who may be called by anybody, and why.</summary>
    private static readonly Dictionary<string, string> Anonymous = new(StringComparer.Ordinal)
    {
        ["/health/live"] = "probes have no token",
        ["/health/ready"] = "probes have no token",
        ["/metrics"] = "guarded by a token of its own, which the scraper holds, or by the machine that it comes from",
        ["/openapi/{documentName}.json"] = "describes, and holds no data",
        ["/.well-known/jwks.json"] = "public keys: whoever holds a receipt may verify it",
        ["/policies/bundle.tar.gz"] = "guarded by a token of its own, which the policy server holds",
        ["/v2/certificate"] = "OpenDSR: whoever is sent a signature may check it",
        ["/v2/discovery"] = "OpenDSR: describes, and holds no data",
        ["/sandbox/token"] = "gives the token; in the sandbox only",
    };

    // The sandbox's registry answers this machine only: Kafka clients of any make join it without a token.
    private const string Registry = "/registry/";

    private IEnumerable<RouteEndpoint> Endpoints =>
        host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void Endpoints_AllOfThem_RequireARoleOrAreListedAsAnonymous()
    {
        var open = Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<RequiredRoles>() is null)
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
                || !(
                    Anonymous.ContainsKey(Route(endpoint))
                    || Route(endpoint).StartsWith(Registry, StringComparison.Ordinal)
                )
            )
            .Select(Route);

        open.Should().BeEmpty("an endpoint requires roles, or is listed here with the reason why it does not");
    }

    [Fact]
    public void Endpoints_ThatRequireARole_AreNotOpenedByAnotherMetadata() =>
        Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<RequiredRoles>() is not null)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(Route)
            .Should()
            .BeEmpty();

    [Fact]
    public void Anonymous_TheList_NamesNoEndpointThatIsGone() =>
        Anonymous.Keys.Should().BeSubsetOf(Endpoints.Select(Route));

    private static string Route(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
}

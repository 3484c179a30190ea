using System.Net;
using System.Text.Json;
using Governance.Api.Identity;
using Governance.Policies.Decisions;
using Governance.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Tests.Architecture;

/// <summary>The table of endpoints in the policies is the service's own, by method, template and role; and it holds.</summary>
public sealed class EndpointPolicyTests(SandboxHost host) : IClassFixture<SandboxHost>
{
    /// <summary>Lines of endpoints that are still to come. A line goes when its endpoint is there: the test says so.</summary>
    private static readonly string[] ToCome = [];

    private readonly IReadOnlyDictionary<(string Method, string Route), JsonElement> _policies = KnownEndpoints.Read();

    private (string Method, string Route, RouteEndpoint Endpoint)[] Endpoints =>
        [
            .. host
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .SelectMany(endpoint =>
                    KnownEndpoints.MethodsOf(endpoint).Select(method => (method, EndpointRoute.Of(endpoint), endpoint))
                ),
        ];

    [Fact]
    public void Policies_OfEveryEndpoint_NameTheSameRoles()
    {
        var different = Endpoints
            .Select(one =>
            {
                var roles = one.Endpoint.Metadata.GetMetadata<RequiredRoles>()?.Roles;
                var isOpen = one.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
                return _policies.TryGetValue((one.Method, one.Route), out var line)
                    ? Says(line) == (isOpen ? "anyone" : Text(roles ?? []))
                        ? null
                        : $"{one.Method} {one.Route}: the policies say {Says(line)}, the code says {(isOpen ? "anyone" : Text(roles ?? []))}"
                    : $"{one.Method} {one.Route}: the policies lack it; roles are {Text(roles ?? [])}";
            })
            .Where(fault => fault is not null);

        different.Should().BeEmpty("policies/endpoints/data.json has a line for each endpoint, with its roles");
    }

    [Fact]
    public void Policies_OfNoEndpoint_AreThoseToCome()
    {
        var there = Endpoints.Select(one => $"{one.Method} {one.Route}").ToHashSet(StringComparer.Ordinal);

        _policies
            .Keys.Select(key => $"{key.Method} {key.Route}")
            .Where(line => !there.Contains(line))
            .Should()
            .BeEquivalentTo(ToCome, "a line is of an endpoint, or of one that is to come");
    }

    [Fact]
    public async Task Decision_OfEveryLineAndRole_IsWhatTheLineSays()
    {
        var policies = host.Services.GetRequiredService<IPolicyDecisionPoint>();
        var wrong = new List<string>();
        foreach (var ((method, route), line) in _policies)
        {
            foreach (var role in Roles.All.Append(null))
            {
                var subject = role is null ? PolicySubject.Nobody : new PolicySubject("someone", [role], []);
                var byRoute = await policies.MayCallAsync(
                    new EndpointQuestion(subject, method, "/what/ever", route),
                    TestContext.Current.CancellationToken
                );
                var byPath = await policies.MayCallAsync(
                    new EndpointQuestion(subject, method, route.Replace("{", "", StringComparison.Ordinal), ""),
                    TestContext.Current.CancellationToken
                );
                var expected =
                    Says(line) == "anyone"
                    || (
                        role is not null
                        && line.GetProperty("roles").EnumerateArray().Any(one => one.GetString() == role)
                    );
                if (byRoute.Allowed != expected || byPath.Allowed != expected)
                {
                    wrong.Add($"{method} {route} as {role ?? "nobody"}: {byRoute.Allowed} {byPath.Allowed}");
                }
            }
        }

        wrong.Should().BeEmpty();
    }

    [Fact]
    public async Task Call_OfEveryEndpointByWhoMayNot_IsRefusedBeforeAnythingIsDone()
    {
        var wrong = new List<string>();
        var tried = 0;
        foreach (var (method, route, endpoint) in Endpoints.Where(one => !IsOpen(one.Endpoint)))
        {
            var allowed = endpoint.Metadata.GetMetadata<RequiredRoles>()!.Roles;
            foreach (var role in Roles.All.Except(allowed, StringComparer.Ordinal).Append(null))
            {
                using var client = role is null
                    ? new HttpClient { BaseAddress = host.Address }
                    : await host.ClientFor(role);
                using var request = new HttpRequestMessage(new HttpMethod(method), PathOf(endpoint));
                using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
                tried++;
                if (response.StatusCode != (role is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden))
                {
                    wrong.Add($"{method} {route} as {role ?? "nobody"}: {(int)response.StatusCode}");
                }
            }
        }

        wrong.Should().BeEmpty();
        tried.Should().BeGreaterThan(100);
    }

    private static bool IsOpen(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    // A value for each parameter that its constraint takes.
    private static string PathOf(RouteEndpoint endpoint) =>
        "/"
        + string.Join(
            '/',
            endpoint.RoutePattern.PathSegments.Select(segment =>
                string.Concat(
                    segment.Parts.Select(part =>
                        part switch
                        {
                            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => (
                                parameter.ParameterPolicies is [var policy, ..] ? policy.Content : null
                            ) switch
                            {
                                "guid" => Guid.Empty.ToString(),
                                _ => "1",
                            },
                            _ => "",
                        }
                    )
                )
            )
        );

    private static string Says(JsonElement line) =>
        line.TryGetProperty("anyone", out var anyone) && anyone.GetBoolean()
            ? "anyone"
            : Text(line.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!));

    private static string Text(IEnumerable<string> roles) => string.Join(", ", roles.Order(StringComparer.Ordinal));
}

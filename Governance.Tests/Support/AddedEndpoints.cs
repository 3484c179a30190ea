using System.Text.Json;
using Governance.Api.Identity;
using Governance.Policies.Decisions;
using Governance.Policies.Rego;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Governance.Tests.Support;

/// <summary>
/// Endpoints that a test adds to a host: the policies close what they do not know, so the host gets the product's policies with a line more
/// for each.
/// </summary>
internal static class AddedEndpoints
{
    /// <summary>A copy of the product's policies.</summary>
    public static TemporaryFolder CopyPolicies()
    {
        var folder = new TemporaryFolder();
        PolicyCopy.Write(PolicyFolder.Read(Repository.PathOf("policies")), folder.Path);
        return folder;
    }

    /// <summary>Writes the lines: whoever has the roles that an endpoint names, or any role where it names none.</summary>
    public static void Write(WebApplication app, string file)
    {
        var known = KnownEndpoints.Read();
        var added = ((IEndpointRouteBuilder)app)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                KnownEndpoints
                    .MethodsOf(endpoint)
                    .Select(method => (Method: method, Route: EndpointRoute.Of(endpoint), Endpoint: endpoint))
            )
            .Where(one => !known.ContainsKey((one.Method, one.Route)))
            .GroupBy(one => one.Method, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group =>
                    group.ToDictionary(
                        one => one.Route,
                        one => new { roles = one.Endpoint.Metadata.GetMetadata<RequiredRoles>()?.Roles ?? Roles.All }
                    )
            );
        File.WriteAllText(file, JsonSerializer.Serialize(new { endpoints = added }));
    }
}

/// <summary>Policies as files again.</summary>
internal static class PolicyCopy
{
    public static void Write(IEnumerable<PolicyFile> files, string folder)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content.ToArray());
        }
    }
}

/// <summary>The endpoints in the product's policies.</summary>
internal static class KnownEndpoints
{
    public static IReadOnlyDictionary<(string Method, string Route), JsonElement> Read() =>
        JsonDocument
            .Parse(File.ReadAllText(Repository.PathOf("policies", "endpoints", "data.json")))
            .RootElement.EnumerateObject()
            .SelectMany(method =>
                method.Value.EnumerateObject().Select(route => (Key: (method.Name, route.Name), route.Value))
            )
            .ToDictionary(one => one.Key, one => one.Value);

    public static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"];
}

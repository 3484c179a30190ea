using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Governance.Api.Identity;

/// <summary>An endpoint's template as policies write it: <c>/contracts/{id}</c>, without constraints and without a slash at the end.</summary>
internal static class EndpointRoute
{
    private static readonly ConditionalWeakTable<RouteEndpoint, string> Known = [];

    public static string Of(RouteEndpoint endpoint) => Known.GetValue(endpoint, one => Write(one.RoutePattern));

    private static string Write(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(Write))));

    private static string Write(RoutePatternPart part) =>
        part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => throw new ArgumentOutOfRangeException(nameof(part)),
        };
}

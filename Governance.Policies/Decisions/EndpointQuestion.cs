namespace Governance.Policies.Decisions;

/// <summary>May this caller call this endpoint? In the shape that OPA's middleware for ASP.NET sends.</summary>
/// <param name="Subject">Who calls.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path of the request; <c>input.resource.id</c>.</param>
/// <param name="Route">The template that it matched, such as <c>/contracts/{id}</c>; empty where routing matched none.</param>
public sealed record EndpointQuestion(PolicySubject Subject, string Method, string Path, string Route)
{
    /// <summary>The host that was asked.</summary>
    public string Host { get; init; } = "";

    /// <summary>The caller's address.</summary>
    public string Ip { get; init; } = "";

    /// <summary>The caller's port.</summary>
    public int Port { get; init; }
}

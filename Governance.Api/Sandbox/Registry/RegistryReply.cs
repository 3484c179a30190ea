using System.Net;
using System.Text.Json;

namespace Governance.Api.Sandbox.Registry;

/// <summary>JSON in the media type that the client asked for; Confluent's own where it asks for none.</summary>
internal sealed class RegistryReply(object body, int status = StatusCodes.Status200OK) : IResult
{
    private const string VendorType = "application/vnd.schemaregistry.v1+json";

    public static RegistryReply Error(RegistryFault fault) =>
        new(new { error_code = fault.Code, message = fault.Message }, fault.Status);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var accept = httpContext.Request.Headers.Accept.ToString();
        var plain =
            accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("schemaregistry", StringComparison.OrdinalIgnoreCase);
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = plain ? "application/json" : VendorType;
        return httpContext.Response.WriteAsync(
            body as string ?? JsonSerializer.Serialize(body),
            httpContext.RequestAborted
        );
    }

    /// <summary>Answers this machine only, and turns faults into the registry's own errors.</summary>
    public static async ValueTask<object?> GuardAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        try
        {
            // An in-process test server has no remote address.
            return context.HttpContext.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote)
                ? Error(RegistryFault.NotLocal())
                : await next(context);
        }
        catch (RegistryFault fault)
        {
            return Error(fault);
        }
    }
}

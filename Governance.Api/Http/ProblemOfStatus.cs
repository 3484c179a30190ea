namespace Governance.Api.Http;

/// <summary>Problems for answers that ASP.NET ends with a bare status.</summary>
internal static class ProblemOfStatus
{
    public static Problem Create(int status) =>
        status switch
        {
            StatusCodes.Status404NotFound => new(
                status,
                "no_such_address",
                "There is no such address.",
                "Nothing answers at this address.",
                "The addresses are listed at /openapi/v1.json."
            ),
            StatusCodes.Status405MethodNotAllowed => new(
                status,
                "method_not_allowed",
                "The method is not allowed here.",
                "The address does not answer this method.",
                "The header Allow names the methods."
            ),
            StatusCodes.Status413PayloadTooLarge => new(
                status,
                "body_too_large",
                "The body is too large.",
                "The request's body is larger than the service takes.",
                "Send less at once. The limit is the setting Governance:MaxRequestBytes."
            ),
            StatusCodes.Status415UnsupportedMediaType => new(
                status,
                "wrong_content_type",
                "The content type is wrong.",
                "The address does not read bodies of this content type.",
                "Send the header Content-Type: application/json, or what /openapi/v1.json says of this address."
            ),
            >= 500 => new(
                status,
                "internal_error",
                "The service failed.",
                "Something in the service failed; the request may be tried again.",
                "If it stays, give the traceId to whoever runs the service."
            ),
            _ => new(
                status,
                "bad_request",
                "The request is wrong.",
                "The request cannot be read.",
                "Compare it with /openapi/v1.json."
            ),
        };
}

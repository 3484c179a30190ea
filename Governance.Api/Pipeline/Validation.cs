using Governance.Api.Http;
using MediatR;

namespace Governance.Api.Pipeline;

/// <summary>Answers in the handler's place where a validator finds faults.</summary>
internal sealed class Validation<TRequest, TResponse>(IEnumerable<IRequestValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TResponse : IResultOf<TResponse>
{
    public Task<TResponse> Handle(
        TRequest request,
        CancellationToken cancellationToken,
        RequestHandlerDelegate<TResponse> next
    )
    {
        var faults = validators.SelectMany(validator => validator.Validate(request)).ToArray();
        return faults.Length == 0
            ? next()
            : Task.FromResult(
                TResponse.Fail(
                    Failure.Invalid(
                        "invalid_request",
                        "The request has faults.",
                        "Mend what the faults name, and send it again.",
                        faults
                    )
                )
            );
    }
}

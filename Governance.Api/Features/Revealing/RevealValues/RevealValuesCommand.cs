using System.Globalization;
using System.Text.RegularExpressions;
using Governance.Api.Http;
using Governance.Api.Identity;
using Governance.Api.Pipeline;
using MediatR;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.Revealing.RevealValues;

/// <summary>Reveals values.</summary>
internal sealed class RevealValuesCommand(RevealValuesBody body, Actor actor) : IRequest<Result<RevealedValues>>
{
    public RevealValuesBody Body { get; } = body;

    public Actor Actor { get; } = actor;
}

internal sealed partial class RevealValuesValidator(IOptions<RevealOptions> options)
    : IRequestValidator<RevealValuesCommand>
{
    private const int LongestValue = 65_536;

    public IEnumerable<Fault> Validate(RevealValuesCommand request)
    {
        var body = request.Body;
        var most = options.Value.MaxValues;
        if (body.Values.Count == 0 || body.Values.Count > most)
        {
            yield return new Fault(
                "values",
                "wrong_count",
                string.Create(CultureInfo.InvariantCulture, $"Ask for 1 to {most} values at once.")
            );
        }

        foreach (var (value, at) in body.Values.Take(most).Select((value, at) => (value, at)))
        {
            if (string.IsNullOrEmpty(value) || value.Length > LongestValue)
            {
                yield return new Fault(
                    string.Create(CultureInfo.InvariantCulture, $"values[{at}]"),
                    "no_masked_value",
                    "Give the masked value as it stands in the column: a text that is not empty."
                );
            }
        }

        if (body.Subjects is { } subjects)
        {
            if (subjects.Count != body.Values.Count)
            {
                yield return new Fault("subjects", "wrong_count", "Give one surrogate for each value, in their order.");
            }

            foreach (var (subject, at) in subjects.Take(most).Select((subject, at) => (subject, at)))
            {
                if (!Guid.TryParse(subject, out _))
                {
                    yield return new Fault(
                        string.Create(CultureInfo.InvariantCulture, $"subjects[{at}]"),
                        "no_surrogate",
                        "Give the surrogate that stands in the same row: a UUID."
                    );
                }
            }
        }

        if (body.Reason is { } reason && !ReasonForm().IsMatch(reason))
        {
            yield return new Fault(
                "reason",
                "no_reason_code",
                "Give a class and, where there is one, a number, such as support_call or ticket-4711; nothing of a person."
            );
        }
    }

    [GeneratedRegex(
        "^[a-z][a-z_]{0,39}(-[0-9]{1,9})?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex ReasonForm();
}

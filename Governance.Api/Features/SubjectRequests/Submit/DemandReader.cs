using Governance.Api.Features.SubjectRequests.Rectifying;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Http;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Submit;

/// <summary>Reads what a submission asks beyond its type.</summary>
internal sealed class DemandReader(
    DemandSecrets secrets,
    Corrections corrections,
    VaultCorrections identifiers,
    IObjectionRules objections
)
{
    private const int MaxPurposes = 20;
    private const int MaxCorrections = 20;

    /// <summary>Adds every fault.</summary>
    public static void Check(SubmitBody body, ContractCatalog catalog, List<Fault> faults)
    {
        CheckCorrections(body, catalog, faults);
        if (body.EncryptTo is { } recipient)
        {
            if (RequestTypes.IsExport(body.Type))
            {
                faults.AddRange(recipient.Faults("encryptTo"));
            }
            else
            {
                faults.Add(new Fault("encryptTo", "not_of_this_type", "Only access and portability have an archive."));
            }
        }

        var isObjection = body.Type == RequestTypes.Objection;
        if (!isObjection && body.Purposes is not null)
        {
            faults.Add(new Fault("purposes", "not_of_this_type", "Only an objection names purposes."));
        }
        else if (isObjection && body.Purposes is not { Count: > 0 and <= MaxPurposes })
        {
            faults.Add(
                new Fault(
                    "purposes",
                    "wrong_count",
                    $"An objection names the purposes that it is about: 1 to {MaxPurposes}."
                )
            );
        }
        else if (isObjection && body.Purposes!.Any(string.IsNullOrWhiteSpace))
        {
            faults.Add(new Fault("purposes", "malformed", "A purpose is the code by which the policies know it."));
        }
    }

    private static void CheckCorrections(SubmitBody body, ContractCatalog catalog, List<Fault> faults)
    {
        if (body.Type != RequestTypes.Rectification)
        {
            if (body.Corrections is not null)
            {
                faults.Add(new Fault("corrections", "not_of_this_type", "Only a rectification corrects values."));
            }

            return;
        }

        if (body.Corrections is not { Count: > 0 and <= MaxCorrections } corrections)
        {
            faults.Add(
                new Fault(
                    "corrections",
                    "wrong_count",
                    $"A rectification names the values that are wrong, each with the right one: 1 to {MaxCorrections}."
                )
            );
            return;
        }

        if (
            corrections.DistinctBy(one => $"{one.Place}\n{one.Wrong}", StringComparer.Ordinal).Count()
            < corrections.Count
        )
        {
            faults.Add(new Fault("corrections", "named_twice", "A column, or an identifier, is corrected once."));
        }

        faults.AddRange(corrections.SelectMany((one, at) => one.Faults(catalog, body.Subject, $"corrections[{at}]")));
    }

    /// <summary>The demand of a new request; <see langword="null"/> where its type says all.</summary>
    public async Task<(RequestDemand? Demand, Failure? Failure)> ReadAsync(
        SubmitBody body,
        Guid requestId,
        CancellationToken cancellationToken
    )
    {
        if (body.EncryptTo is null && body.Purposes is null && body.Corrections is null)
        {
            return (null, null);
        }

        var demand = new RequestDemand { RequestId = requestId };
        if (body.EncryptTo is { } recipient)
        {
            secrets.Keep(demand, recipient);
        }

        if (body.Corrections is { } corrected)
        {
            if (identifiers.Faults(corrected) is { Count: > 0 } faults)
            {
                return (
                    null,
                    Failure.Invalid(
                        "invalid_request",
                        "The subject request has faults; nothing was stored.",
                        "Mend what the faults name, and send it again.",
                        [.. faults]
                    )
                );
            }

            corrections.Keep(demand, corrected);
        }

        if (body.Purposes is { } purposes)
        {
            var (allowed, refused, failure) = await objections.DecideAsync(
                body.Subject,
                [.. purposes.Distinct(StringComparer.Ordinal)],
                cancellationToken
            );
            if (failure is not null)
            {
                return (null, failure);
            }

            demand.Purposes = [.. allowed];
            demand.RefusedPurposes = [.. refused];
        }

        return (demand, null);
    }
}

/// <summary>Which purposes may be objected to.</summary>
internal interface IObjectionRules
{
    /// <summary>Decides.</summary>
    Task<(IReadOnlyList<string> Allowed, IReadOnlyList<string> Refused, Failure? Failure)> DecideAsync(
        string subject,
        IReadOnlyList<string> purposes,
        CancellationToken cancellationToken
    );
}

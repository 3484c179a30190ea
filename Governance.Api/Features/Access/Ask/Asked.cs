using Governance.Api.Features.Access.Deciding;
using Governance.Api.Http;

namespace Governance.Api.Features.Access.Ask;

/// <summary>What is asked for, as it was read from a body.</summary>
internal sealed record Asked(
    string Dataset,
    string Purpose,
    IReadOnlyList<string> Columns,
    TimeSpan Duration,
    bool IsBreakGlass,
    string Justification
)
{
    private const string AnHour = "PT1H";
    private const string Emergency = "emergency";
    private const int MostColumns = 1000;
    private const int LongestText = 1000;
    private const int LongestName = 255;

    public static Result<Asked> Of(AskBody body) =>
        Read(body.Dataset, body.Purpose, body.Columns, body.Duration, false, body.Justification ?? "", "justification");

    public static Result<Asked> Of(BreakGlassBody body) =>
        Read(
            body.Dataset,
            body.Purpose ?? Emergency,
            body.Columns,
            body.Duration ?? AnHour,
            true,
            body.Reason,
            "reason"
        );

    private static Result<Asked> Read(
        string dataset,
        string purpose,
        IReadOnlyList<string>? columns,
        string duration,
        bool isBreakGlass,
        string justification,
        string justificationName
    )
    {
        List<Fault> faults = [];
        Name(faults, "dataset", dataset);
        Name(faults, "purpose", purpose);
        if (columns?.Count > MostColumns)
        {
            faults.Add(new Fault("columns", "too_many", "At most 1,000 columns are named."));
        }

        for (var at = 0; at < Math.Min(columns?.Count ?? 0, MostColumns); at++)
        {
            Name(faults, $"columns[{at}]", columns![at]);
        }

        var span = Deciding.Duration.Read(duration);
        if (span is null)
        {
            faults.Add(new Fault("duration", "malformed", $"It is no time above zero. {Deciding.Duration.Forms}"));
        }

        if (justification.Length > LongestText)
        {
            faults.Add(new Fault(justificationName, "wrong_length", "It has at most 1,000 characters."));
        }

        return faults.Count > 0
            ? Failure.Invalid(
                "invalid_request",
                "The request for access has faults; nothing was stored.",
                "Mend what the faults name, and send it again.",
                faults
            )
            : new Asked(
                dataset,
                purpose,
                [.. (columns ?? []).Distinct(StringComparer.Ordinal)],
                span!.Value,
                isBreakGlass,
                justification
            );
    }

    private static void Name(List<Fault> faults, string path, string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl))
        {
            faults.Add(new Fault(path, "malformed", "It is a name of 1 to 255 characters."));
        }
    }
}

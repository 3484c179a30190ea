using Governance.Api.Features.SubjectRequests.Get;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>What is to be seen of <see cref="EnergyPeople"/> once Ann is erased, whichever of her identifiers was named.</summary>
internal static class AnnErased
{
    /// <summary>By dataset: the verdict, and how many rows were erased, or of those retained, are still hers.</summary>
    public static IReadOnlyDictionary<string, (string, long?)> Verdicts { get; } =
        new Dictionary<string, (string, long?)>(StringComparer.Ordinal)
        {
            ["accounts"] = ("erased_verified", 1),
            ["addresses"] = ("retained", 2),
            ["customers"] = ("erased_verified", 2),
            ["marketing_consents"] = ("erased_verified", 2),
            ["meter_readings"] = ("erased_verified", 2),
            ["meters"] = ("erased_verified", 1),
            ["payments"] = ("retained", 1),
            ["support_messages"] = ("erased_verified", 1),
        };

    /// <summary>By table: the rows that are left.</summary>
    public static IReadOnlyDictionary<string, long> Rows { get; } =
        new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["accounts"] = 2,
            ["addresses"] = 3,
            ["customers"] = 2,
            ["marketing_consents"] = 2,
            ["meter_readings"] = 4,
            ["meters"] = 2,
            ["payments"] = 3,
            ["support_messages"] = 3,
            ["tariffs"] = 1,
        };

    /// <summary>A request's verdicts, in the form of <see cref="Verdicts"/>.</summary>
    public static Dictionary<string, (string, long?)> VerdictsOf(SubjectRequestView request) =>
        request.Items.ToDictionary(
            item => item.Dataset,
            item => (item.Verdict, item.Counts?.Erased ?? item.Counts?.MatchedAfter)
        );
}

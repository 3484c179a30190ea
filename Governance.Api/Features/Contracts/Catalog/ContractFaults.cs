using Governance.Api.Http;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.Contracts.Catalog;

/// <summary>Faults of contracts, as clients see them.</summary>
internal static class ContractFaults
{
    /// <summary>
    /// The failure that a report means for the documents being published; <see langword="null"/> for a report without faults.
    /// Faults in them are theirs to mend (422); where they only break other contracts, the state refuses them (409).
    /// </summary>
    public static Failure? Judge(LintReport report, IEnumerable<string> documents)
    {
        if (report.Faults.Count == 0)
        {
            return null;
        }

        var names = documents.ToHashSet(StringComparer.Ordinal);
        var faults = report.Faults.Select(fault => ToFault(fault, names)).ToArray();
        return report.Faults.Any(fault => names.Contains(fault.File))
            ? Failure.InvalidDocument(
                "invalid_contract",
                $"The contract has {faults.Length} {(faults.Length == 1 ? "fault" : "faults")}.",
                "Mend what the faults name, and publish again. Nothing was changed.",
                faults
            )
            : new Failure(
                FailureKind.Conflict,
                "contract_in_use",
                "Other published contracts rely on what this version leaves out.",
                "Mend those first, or keep what they rely on. Nothing was changed.",
                faults
            );
    }

    private static Fault ToFault(ContractFault fault, HashSet<string> documents) =>
        new(
            documents.Contains(fault.File) ? fault.Path : $"{fault.File}: {fault.Path}",
            fault.Code,
            fault.Message,
            fault.Line,
            fault.Column
        );
}

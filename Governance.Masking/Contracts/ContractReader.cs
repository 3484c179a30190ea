using Governance.Masking.Contracts.Reading;
using Governance.Masking.Contracts.Yaml;
using Governance.Masking.Methods;

namespace Governance.Masking.Contracts;

/// <summary>
/// Reads data contracts: Open Data Contract Standard (ODCS) v3.1 in YAML 1.2
/// (<see href="https://bitol-io.github.io/open-data-contract-standard/v3.1.0/"/>). Safe for concurrent callers.
/// </summary>
public sealed class ContractReader
{
    private readonly DocumentReader _reader;

    /// <summary>Makes a reader of rules that name the methods of <see cref="MaskingMethods"/>.</summary>
    public ContractReader()
        : this(MaskingMethods.All) { }

    /// <summary>Makes a reader.</summary>
    /// <param name="methods">The masking methods that rules may name, by name.</param>
    public ContractReader(IReadOnlyDictionary<string, IMaskingMethod> methods) =>
        _reader = new DocumentReader(new MaskingRules(methods));

    /// <summary>
    /// Reads one contract. Never throws on what the text holds: whatever is wrong with it is a fault, and all are reported at once.
    /// Foreign keys to datasets outside of it are taken as written; <see cref="ContractLinter"/> follows them.
    /// </summary>
    /// <param name="yaml">The document, at most 1 MiB.</param>
    /// <param name="file">How faults name it.</param>
    public ContractReading Read(string yaml, string file)
    {
        var (draft, faults) = ReadDraft(yaml, file);
        if (draft is null)
        {
            return new ContractReading(null, faults.Sorted());
        }

        var contract = new AcrossContracts(
            [draft],
            complete: false,
            (_, at, code, message) => faults.Add(at.Line, at.Column, at.Path, code, message)
        ).Check()[0];
        return faults.Count == 0 ? new ContractReading(contract, []) : new ContractReading(null, faults.Sorted());
    }

    internal (ContractDraft? Draft, FaultList Faults) ReadDraft(string yaml, string file)
    {
        var faults = new FaultList(file);
        return (_reader.Read(yaml, faults), faults);
    }
}

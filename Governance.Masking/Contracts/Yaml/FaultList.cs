namespace Governance.Masking.Contracts.Yaml;

/// <summary>Collects the faults of one file.</summary>
internal sealed class FaultList(string file)
{
    private readonly List<ContractFault> _faults = [];

    public string File { get; } = file;

    public int Count => _faults.Count;

    public void Add(DocNode at, string path, string code, string message) =>
        Add(at.Line, at.Column, path, code, message);

    public void Add(int line, int column, string path, string code, string message) =>
        _faults.Add(new ContractFault(File, line, column, path, code, message));

    /// <summary>By line, then column; in the order of finding where both are equal.</summary>
    public IReadOnlyList<ContractFault> Sorted() =>
        [.. _faults.Distinct().OrderBy(fault => fault.Line).ThenBy(fault => fault.Column)];
}

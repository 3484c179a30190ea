using System.Globalization;

namespace Governance.Masking.Contracts;

/// <summary>One thing that is wrong with a contract.</summary>
/// <param name="File">The file, as it was named by the caller.</param>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Column">Column in the line, from 1.</param>
/// <param name="Path">Where in the document: <c>schema[0].properties[2].customProperties[1].value</c>.</param>
/// <param name="Code">A stable code in snake case, such as <c>unknown_method</c>.</param>
/// <param name="Message">What is wrong and what to do about it. Holds no data value.</param>
public sealed record ContractFault(string File, int Line, int Column, string Path, string Code, string Message)
{
    /// <summary>Whether the document is no ODCS v3.1; else governance misses something in a document that is.</summary>
    public bool IsStructural => FaultCodes.Structural.Contains(Code);

    /// <summary><c>file:line:column: code: message (path)</c>, as compilers write it.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{File}:{Line}:{Column}: {Code}: {Message} ({(Path.Length == 0 ? "document" : Path)})"
        );
}

/// <summary>What reading a contract gave: the contract, or every fault of it.</summary>
/// <param name="Contract">Set exactly when there are no faults.</param>
/// <param name="Faults">All faults at once, by line.</param>
public sealed record ContractReading(Contract? Contract, IReadOnlyList<ContractFault> Faults);

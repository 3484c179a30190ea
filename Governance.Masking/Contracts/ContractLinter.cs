using System.Text;
using Governance.Masking.Contracts.Reading;
using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts;

/// <summary>Checks contracts together: each on its own, and against the others. Safe for concurrent callers.</summary>
/// <param name="reader">Reads each contract.</param>
public sealed class ContractLinter(ContractReader reader)
{
    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private static readonly string[] Extensions = [".yaml", ".yml"];

    /// <summary>Checks contracts that are all there are: a foreign key that leads out of them is a fault.</summary>
    public LintReport Lint(IEnumerable<ContractText> contracts) => Lint([.. contracts.Select(Read)], complete: true);

    /// <summary>Checks files, and in folders every <c>*.yaml</c> and <c>*.yml</c> at any depth, together.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <returns>All faults of all files; what cannot be read is a fault too.</returns>
    public LintReport LintFiles(IEnumerable<string> paths) => LintFiles(paths, complete: true);

    /// <summary>As <see cref="LintFiles(IEnumerable{string})"/>; foreign keys may lead out of contracts that are not complete.</summary>
    internal LintReport LintFiles(IEnumerable<string> paths, bool complete)
    {
        var read = new List<(ContractDraft? Draft, FaultList Faults)>();
        foreach (var path in paths)
        {
            read.AddRange(Expand(path, out var problem).Select(ReadFile));
            if (problem is not null)
            {
                read.Add(Unreadable(path, problem));
            }
        }

        return Lint(read, complete);
    }

    private (ContractDraft? Draft, FaultList Faults) Read(ContractText contract)
    {
        var read = reader.ReadDraft(contract.Yaml, contract.File);
        if (
            contract.Id is { } id
            && read.Draft is { Contract.Id: { Length: > 0 } stated, IdAt: var at }
            && !string.Equals(stated, id, StringComparison.Ordinal)
        )
        {
            read.Faults.Add(
                at.Line,
                at.Column,
                at.Path,
                FaultCodes.IdMismatch,
                $"The document says that its id is {Words.Quote(stated)}, but it is published as {Words.Quote(id)}. Make both the same."
            );
        }

        return read;
    }

    private static LintReport Lint(List<(ContractDraft? Draft, FaultList Faults)> read, bool complete)
    {
        var drafts = read.Select(pair => pair.Draft).OfType<ContractDraft>().ToArray();
        var lists = new Dictionary<ContractDraft, FaultList>(ReferenceEqualityComparer.Instance);
        foreach (var (draft, faults) in read)
        {
            if (draft is not null)
            {
                lists.Add(draft, faults);
            }
        }

        var contracts = new AcrossContracts(
            drafts,
            complete,
            (draft, at, code, message) => lists[draft].Add(at.Line, at.Column, at.Path, code, message)
        ).Check();
        ContractFault[] all = [.. read.SelectMany(pair => pair.Faults.Sorted())];
        return new LintReport(all.Length == 0 ? contracts : [], all, read.Count);
    }

    private static string[] Expand(string path, out string? problem)
    {
        problem = null;
        try
        {
            if (!Directory.Exists(path))
            {
                return [path];
            }

            var files = Directory
                .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .ToArray();
            problem = files.Length == 0 ? "There is no *.yaml or *.yml in this folder." : null;
            return files;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = "The folder cannot be read. Check that it exists and may be read.";
            return [];
        }
    }

    private (ContractDraft? Draft, FaultList Faults) ReadFile(string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (info.Exists && info.Length > 4L * DocLoader.MaxLength)
            {
                return Unreadable(file, "The file is larger than 4 MiB; a contract has at most 1 MiB of text.");
            }

            return reader.ReadDraft(StrictUtf8.GetString(File.ReadAllBytes(file)), file);
        }
        catch (DecoderFallbackException)
        {
            return Unreadable(file, "The file is not UTF-8. Save it as UTF-8.");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Unreadable(file, "The file cannot be read. Check that it exists and may be read.");
        }
    }

    private static (ContractDraft? Draft, FaultList Faults) Unreadable(string file, string message)
    {
        var faults = new FaultList(file);
        faults.Add(1, 1, "", FaultCodes.UnreadableFile, message);
        return (null, faults);
    }
}

/// <summary>A contract's text.</summary>
/// <param name="File">How faults name it.</param>
/// <param name="Yaml">The document.</param>
/// <param name="Id">The id that it is published under, where that is decided: another one in the document is a fault.</param>
public sealed record ContractText(string File, string Yaml, string? Id = null);

/// <summary>What checking contracts together gave.</summary>
/// <param name="Contracts">The contracts, foreign keys resolved; empty where there is any fault.</param>
/// <param name="Faults">All faults: by file as given, then by line.</param>
/// <param name="Files">How many files were looked at.</param>
public sealed record LintReport(IReadOnlyList<Contract> Contracts, IReadOnlyList<ContractFault> Faults, int Files);

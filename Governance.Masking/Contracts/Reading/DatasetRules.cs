using Governance.Masking.Contracts.Yaml;
using Governance.Masking.Methods;

namespace Governance.Masking.Contracts.Reading;

/// <summary>What governance asks of a dataset as a whole.</summary>
internal sealed class DatasetRules(
    Dataset dataset,
    IReadOnlyList<ColumnDraft> columns,
    bool statesSubject,
    FaultList faults
)
{
    private readonly Dictionary<string, Column> _byPath = columns
        .Select(draft => draft.Column)
        .DistinctBy(column => column.Path, StringComparer.Ordinal)
        .ToDictionary(column => column.Path, StringComparer.Ordinal);

    public void Check(Spot at, Spot subjectAt)
    {
        if (dataset.Subject is { } subject)
        {
            CheckPointer(subject.Identifier, subjectAt, "The subject's identifier");
        }

        foreach (var draft in columns.Where(draft => IsUnderSubject(draft.Column.Masking)))
        {
            CheckUnder(draft);
        }

        if (
            dataset.IsPersonal
            && !dataset.Identifiers().Any()
            && !columns.Any(draft => draft.Column.Identifier is not null)
        )
        {
            faults.Add(
                at.Line,
                at.Column,
                at.Path,
                FaultCodes.Unreachable,
                $"Dataset '{dataset.Name}' holds personal data and no identifier: an erasure could never reach it. Add 'identifier' and 'link' to the column that points at the subject."
            );
        }
    }

    private static bool IsUnderSubject(MaskingRule? rule) =>
        rule is not null && MaskingMethods.Find(rule.Method) is { Traits.UnderSubject: true };

    private void CheckUnder(ColumnDraft draft)
    {
        var at = draft.MaskingAt;
        if (draft.Column.Masking!.Parameters.TryGetValue("under", out var under))
        {
            CheckPointer(under, at with { Path = DocPath.Key(at.Path, "under") }, "The column that 'under' names,");
        }
        else if (!statesSubject)
        {
            faults.Add(
                at.Line,
                at.Column,
                at.Path,
                FaultCodes.SealWithoutSubject,
                $"{draft.Column.Masking.Method} masks under a subject's key, but dataset '{dataset.Name}' names no subject. Add the custom property 'subject' to it, or 'under: <identifier column>' beside the method."
            );
        }
    }

    private void CheckPointer(string path, Spot at, string who)
    {
        var column = _byPath.GetValueOrDefault(path);
        var quoted = Words.Quote(path);
        if (column is null)
        {
            var near = Words.DidYouMean(
                path,
                _byPath.Values.Where(known => known.Identifier is not null).Select(known => known.Path)
            );
            Add(FaultCodes.UnknownSubjectColumn, $"{who} {quoted} is no column of '{dataset.Name}'.{near}");
        }
        else if (column.Identifier is null)
        {
            Add(
                FaultCodes.SubjectNotIdentifier,
                $"{who} {quoted} is a column without an identifier domain. Add 'identifier' to it, or name another."
            );
        }
        else if (path.Contains("[]", StringComparison.Ordinal))
        {
            Add(
                FaultCodes.SubjectRepeated,
                $"{who} {quoted} can occur many times in a record, and a record has one subject. Name a column outside of lists."
            );
        }

        void Add(string code, string message) => faults.Add(at.Line, at.Column, at.Path, code, message);
    }
}

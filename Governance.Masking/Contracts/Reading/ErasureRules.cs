using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads <c>onErasure</c>: an action, or an action with legal basis and period.</summary>
internal static class ErasureRules
{
    private static readonly string[] Actions = ["delete", "clear", "retain"];
    private static readonly string[] Keys = ["action", "legalBasis", "period"];

    /// <summary>The rule; <see langword="null"/> where it cannot be read.</summary>
    public static ErasureRule? Read(DocNode value, string path, FaultList faults)
    {
        var map = value as DocMap;
        var action = map is null ? value : map.Find("action");
        if (action is not DocScalar { Type: DocType.Text } word)
        {
            faults.Add(
                value,
                path,
                FaultCodes.BadOnErasure,
                "Write an action (delete, clear or retain), or a mapping with 'action', 'legalBasis' and 'period'."
            );
            return null;
        }

        foreach (
            var entry in map?.Entries.Where(entry => !Keys.Contains(entry.Key.Value, StringComparer.Ordinal)) ?? []
        )
        {
            faults.Add(
                entry.Key,
                DocPath.Key(path, entry.Key.Value),
                FaultCodes.BadOnErasure,
                $"An erasure rule has no {Words.Quote(entry.Key.Value)}. Allowed are: {Words.List(Keys)}."
            );
        }

        var actionPath = map is null ? path : DocPath.Key(path, "action");
        switch (word.Value)
        {
            case "delete":
                return ErasureRule.Delete;
            case "clear":
                return new ErasureRule(ErasureAction.Clear);
            case "retain":
                return Retain(value, map, path, faults);
            default:
                faults.Add(
                    word,
                    actionPath,
                    FaultCodes.BadOnErasure,
                    $"{Words.Quote(word.Value)} is not one of: {Words.List(Actions)}.{Words.DidYouMean(word.Value, Actions)}"
                );
                return null;
        }
    }

    private static ErasureRule Retain(DocNode value, DocMap? map, string path, FaultList faults)
    {
        var basis = map?.Text("legalBasis");
        if (string.IsNullOrWhiteSpace(basis))
        {
            faults.Add(
                value,
                path,
                FaultCodes.RetainWithoutBasis,
                "Data may be kept only for a reason. Write 'legalBasis', such as 'GDPR Art. 17(3)(b): …'."
            );
        }

        var text = map?.Text("period");
        var period = text is null ? null : Periods.Read(text);
        if (text is null)
        {
            faults.Add(
                value,
                path,
                FaultCodes.RetainWithoutPeriod,
                "Data may be kept only for a time. Write 'period', such as '6y' (units: d, m, y)."
            );
        }
        else if (period is null)
        {
            faults.Add(
                map!.Find("period")!,
                DocPath.Key(path, "period"),
                FaultCodes.RetainWithoutPeriod,
                $"{Words.Quote(text)} is no period. Write a count and a unit, such as '6y' (units: d, m, y)."
            );
        }

        return new ErasureRule(ErasureAction.Retain, basis, period);
    }
}

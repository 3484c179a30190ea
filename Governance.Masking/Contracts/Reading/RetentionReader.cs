using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads how long rows are kept: <c>slaProperties</c> with the property <c>retention</c>.</summary>
internal sealed class RetentionReader(FaultList faults)
{
    /// <summary>The drafts with their retention. An entry without <c>element</c> is for every dataset that has none of its own.</summary>
    public List<DatasetDraft> Read(DocMap document, List<DatasetDraft> drafts)
    {
        RetentionPeriod? common = null;
        var own = new Dictionary<string, RetentionPeriod>(StringComparer.Ordinal);
        var list = document.Find("slaProperties") as DocList;
        for (var i = 0; i < (list?.Items.Count ?? 0); i++)
        {
            if (list!.Items[i] is not DocMap entry || entry.Text("property") != "retention")
            {
                continue;
            }

            var path = DocPath.Item("slaProperties", i);
            var period = ReadPeriod(entry, path);
            if (entry.Find("element") is not DocScalar { Type: DocType.Text } element)
            {
                common = period ?? common;
                continue;
            }

            foreach (var name in ReadElements(element, DocPath.Key(path, "element"), drafts))
            {
                if (period is not null)
                {
                    own[name] = period;
                }
            }
        }

        return
        [
            .. drafts.Select(draft =>
                draft with
                {
                    Dataset = draft.Dataset with { Retention = own.GetValueOrDefault(draft.Dataset.Name) ?? common },
                }
            ),
        ];
    }

    private RetentionPeriod? ReadPeriod(DocMap entry, string path)
    {
        var value = entry.Text("value") ?? "";
        var unit = entry.Text("unit");
        var period = unit is null ? Periods.Read(value) : Periods.Read(value, unit);
        if (period is null)
        {
            faults.Add(
                entry.Find("value") ?? entry,
                DocPath.Key(path, "value"),
                FaultCodes.BadRetention,
                "A retention is a whole number above zero with a 'unit' of d, m or y."
            );
        }

        return period;
    }

    private IEnumerable<string> ReadElements(DocScalar element, string path, List<DatasetDraft> drafts)
    {
        foreach (var word in element.Value.Split(',', StringSplitOptions.TrimEntries))
        {
            var name = word.Split('.')[0];
            var draft = drafts.Find(draft => draft.Dataset.Name == name || draft.Dataset.Topic == name);
            if (draft is null)
            {
                faults.Add(
                    element,
                    path,
                    FaultCodes.UnknownElement,
                    $"{Words.Quote(name)} is no dataset of this contract.{Words.DidYouMean(name, drafts.Select(known => known.Dataset.Name))}"
                );
            }
            else
            {
                yield return draft.Dataset.Name;
            }
        }
    }
}

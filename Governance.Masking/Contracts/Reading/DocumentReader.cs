using System.Security.Cryptography;
using System.Text;
using Governance.Masking.Contracts.Odcs;
using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads one document into a draft.</summary>
internal sealed class DocumentReader(MaskingRules masking)
{
    /// <summary>The draft; <see langword="null"/> where the text is no mapping at all.</summary>
    public ContractDraft? Read(string text, FaultList faults)
    {
        // A byte order mark is no part of the text.
        var root = DocLoader.Load(text.Length > 0 && text[0] == '\uFEFF' ? text[1..] : text, faults);
        if (root is null)
        {
            return null;
        }

        OdcsDocument.Shape.Check(root, "", faults);
        if (root is not DocMap map)
        {
            return null;
        }

        var id = map.Text("id") ?? "";
        var owner = (map.Find("team") as DocMap)?.Text("name") ?? "";
        CustomProperties.Read(map, "", System.Collections.Frozen.FrozenSet<string>.Empty, faults);
        var drafts = ReadDatasets(map, id, owner, faults);
        drafts = new RetentionReader(faults).Read(map, drafts);
        var contract = new Contract(
            id,
            map.Text("version") ?? "",
            map.Text("name") ?? id,
            map.Text("status") ?? "",
            owner,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            [.. drafts.Select(draft => draft.Dataset)]
        );
        return new ContractDraft(
            faults.File,
            contract,
            map.Find("id") is { } at ? Spot.Of(at, "id") : Spot.Of(map, ""),
            drafts
        );
    }

    private List<DatasetDraft> ReadDatasets(DocMap map, string id, string owner, FaultList faults)
    {
        var drafts = new List<DatasetDraft>();
        var schema = map.Find("schema");
        if (schema is DocList list)
        {
            for (var i = 0; i < list.Items.Count; i++)
            {
                var path = DocPath.Item("schema", i);
                if (new DatasetReader(masking, faults).Read(list.Items[i], path, id, owner) is { } draft)
                {
                    drafts.Add(draft);
                }
            }
        }

        if (schema is null or DocList { Items.Count: 0 })
        {
            faults.Add(
                schema ?? map,
                schema is null ? "" : "schema",
                FaultCodes.NoDataset,
                "The contract holds no dataset. Describe one under 'schema'."
            );
        }

        return drafts;
    }
}

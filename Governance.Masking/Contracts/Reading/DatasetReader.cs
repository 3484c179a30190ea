using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Governance.Masking.Contracts.Odcs;
using Governance.Masking.Contracts.Yaml;

namespace Governance.Masking.Contracts.Reading;

/// <summary>Reads one schema object.</summary>
internal sealed partial class DatasetReader(MaskingRules masking, FaultList faults)
{
    private static readonly string[] SubjectKeys = ["kind", "identifier"];

    /// <summary>The dataset; <see langword="null"/> where it has no name.</summary>
    public DatasetDraft? Read(DocNode node, string path, string contractId, string ownerTeam)
    {
        if (node is not DocMap map || map.Find("name") is not DocScalar { Type: DocType.Text } name)
        {
            return null;
        }

        var topic = map.Find("physicalName") as DocScalar ?? name;
        var topicPath = DocPath.Key(path, ReferenceEquals(topic, name) ? "name" : "physicalName");
        CheckNames(name, path, topic, topicPath);
        var custom = CustomProperties.Read(map, path, PrivacyProperties.OfDatasets, faults);
        var reader = new ColumnReader(masking, faults);
        var columns = reader.ReadList(
            map.Find("properties"),
            DocPath.Key(path, "properties"),
            default(ColumnPlace) with
            {
                Path = "",
                References = "",
            }
        );
        if (columns.IsEmpty)
        {
            faults.Add(
                map,
                path,
                FaultCodes.NoColumns,
                $"Dataset '{Name(name)}' has no columns. Describe them under 'properties': a field that no contract classifies is never passed on."
            );
        }

        var subjectAt = custom.Find(PrivacyProperties.Subject);
        var subject = ReadSubject(subjectAt);
        var erasure = custom.Find(PrivacyProperties.OnErasure) is var (rule, rulePath)
            ? ErasureRules.Read(rule, rulePath, faults)
            : null;
        var dataset = new Dataset(
            name.Value,
            topic.Value,
            map.Text("description") ?? "",
            contractId,
            ownerTeam,
            subject,
            erasure ?? ErasureRule.Delete,
            columns,
            [],
            null
        )
        {
            CompactedBy = ReadCompactedBy(custom.Find(PrivacyProperties.CompactedBy), columns),
            TopicRetention = ReadTopicRetention(custom.Find(PrivacyProperties.TopicRetention)),
            Delivery = custom.Find(PrivacyProperties.Delivery) is var (delivery, deliveryPath)
                ? new DeliveryReader(columns, topic.Value, faults).Read(delivery, deliveryPath)
                : Delivery.Warehouse,
            StartsAnew = ReadNewerThanErasure(custom.Find(PrivacyProperties.NewerThanErasure)),
        };
        var subjectSpot = subjectAt is var (subjectNode, subjectPath)
            ? Spot.Of(subjectNode, subjectPath)
            : Spot.Of(map, path);
        new DatasetRules(dataset, reader.Drafts, subjectAt is not null, faults).Check(Spot.Of(map, path), subjectSpot);
        ReadRelationships(map, path, reader.Relationships);
        return new DatasetDraft(
            dataset,
            map.Text("id"),
            Spot.Of(name, DocPath.Key(path, "name")),
            Spot.Of(topic, topicPath),
            subjectSpot,
            reader.Relationships,
            reader.Names
        )
        {
            DeliveryAt = custom.Find(PrivacyProperties.Delivery) is var (stated, statedPath)
                ? Spot.Of(stated, statedPath)
                : Spot.Of(name, DocPath.Key(path, "name")),
        };
    }

    private string? ReadCompactedBy((DocNode Value, string Path)? at, ImmutableArray<Column> columns)
    {
        if (at is not var (node, path))
        {
            return null;
        }

        var column = (node as DocScalar)?.Value;
        if (
            columns
                .SelectMany(one => one.SelfAndDescendants())
                .Any(one => one.Path == column && one.Identifier is not null && one.Link is Link.Owns)
        )
        {
            return column;
        }

        faults.Add(
            node,
            path,
            FaultCodes.BadCompactedBy,
            "A compacted topic names the column whose value is its records' key: the path of an identifier column with link 'owns'. Without it, an erasure could not write tombstones."
        );
        return null;
    }

    private RetentionPeriod? ReadTopicRetention((DocNode Value, string Path)? at)
    {
        if (at is not var (node, path))
        {
            return null;
        }

        if (node is DocScalar { Value: var text } && Periods.Read(text) is { } period)
        {
            return period;
        }

        faults.Add(
            node,
            path,
            FaultCodes.BadTopicRetention,
            "A topic's retention is a count and a unit: '7d', '1m' or '1y'. It is compared with what the broker is set to."
        );
        return null;
    }

    private bool ReadNewerThanErasure((DocNode Value, string Path)? at)
    {
        if (at is not var (node, path))
        {
            return false;
        }

        var word = (node as DocScalar)?.Value;
        if (word is not ("drop" or "startAnew"))
        {
            faults.Add(
                node,
                path,
                FaultCodes.BadNewerThanErasure,
                $"{Words.Quote(word ?? "")} is not one of: drop, startAnew. 'drop' leaves out every later event of an erased person; 'startAnew' takes one that is newer than the erasure as the beginning of a new relationship."
            );
        }

        return word is "startAnew";
    }

    private static string Name(DocScalar name) => Words.Quote(name.Value).Trim('\'');

    private static void ReadRelationships(DocMap map, string path, List<RelationshipDraft> drafts)
    {
        if (map.Find("relationships") is not DocList list)
        {
            return;
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            if (list.Items[i] is not DocMap relationship)
            {
                continue;
            }

            var at = DocPath.Item(DocPath.Key(path, "relationships"), i);
            var pairs = References.Read(relationship, "from", at).Zip(References.Read(relationship, "to", at));
            drafts.AddRange(
                pairs.Select(pair => new RelationshipDraft(
                    pair.First.Reference,
                    FromIsPath: false,
                    pair.First.At,
                    pair.Second.Reference,
                    pair.Second.At
                ))
            );
        }
    }

    private void CheckNames(DocScalar name, string path, DocScalar topic, string topicPath)
    {
        if (!TableName().IsMatch(name.Value))
        {
            faults.Add(
                name,
                DocPath.Key(path, "name"),
                FaultCodes.BadName,
                $"{Words.Quote(name.Value)} cannot be a table. Use letters, digits and '_', not starting with a digit; at most 128."
            );
        }

        if (!ReferenceEquals(topic, name) && !TopicName().IsMatch(topic.Value))
        {
            faults.Add(
                topic,
                topicPath,
                FaultCodes.BadName,
                $"{Words.Quote(topic.Value)} cannot be a Kafka topic. Use letters, digits, '.', '_' and '-'; at most 249."
            );
        }
    }

    private DatasetSubject? ReadSubject((DocNode Value, string Path)? at)
    {
        if (at is not var (node, path))
        {
            return null;
        }

        var map = node as DocMap;
        var kind = map?.Text("kind");
        var identifier = map?.Text("identifier");
        foreach (
            var entry in map?.Entries.Where(entry => !SubjectKeys.Contains(entry.Key.Value, StringComparer.Ordinal))
                ?? []
        )
        {
            faults.Add(
                entry.Key,
                DocPath.Key(path, entry.Key.Value),
                FaultCodes.BadSubject,
                $"A subject has no {Words.Quote(entry.Key.Value)}. Allowed are: {Words.List(SubjectKeys)}."
            );
        }

        if (!string.IsNullOrWhiteSpace(kind) && !string.IsNullOrWhiteSpace(identifier))
        {
            return new DatasetSubject(kind, identifier);
        }

        faults.Add(
            node,
            path,
            FaultCodes.BadSubject,
            "A subject is a mapping with 'kind' (such as customer) and 'identifier' (the path of the column that names it)."
        );
        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TableName();

    [GeneratedRegex(@"\A(?!\.{1,2}\z)[A-Za-z0-9._-]{1,249}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TopicName();
}

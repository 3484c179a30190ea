using Governance.Masking.Methods;

namespace Governance.Masking.Contracts;

/// <summary>One way in which a new version of a contract protects less than the one before.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Column">The column's path; the empty string for the rows as a whole.</param>
/// <param name="Was">What held before: <c>seal</c>, <c>link owns</c>, <c>erasure delete</c>, …</param>
/// <param name="Becomes">What holds now.</param>
public sealed record ProtectionLoss(string Dataset, string Column, string Was, string Becomes)
{
    /// <summary>
    /// All ways in which a contract protects less than what was last said of the same columns. Leaving a column or dataset out
    /// is no loss, since its values are quarantined; bringing it back with less is one, under another contract too.
    /// </summary>
    /// <param name="before">What was published before, the newest first; read only as far as needed.</param>
    /// <param name="after">The contract.</param>
    public static IReadOnlyList<ProtectionLoss> Between(IEnumerable<Contract> before, Contract after) =>
        [.. after.Datasets.SelectMany(dataset => OfDataset(before, dataset))];

    /// <inheritdoc/>
    public override string ToString() => $"{Dataset}{(Column.Length == 0 ? "" : ".")}{Column}: {Was} -> {Becomes}";

    private static List<ProtectionLoss> OfDataset(IEnumerable<Contract> before, Dataset becomes)
    {
        var losses = new List<ProtectionLoss>();
        var pending = Effective(becomes.Columns, null).ToList();
        var isFirst = true;
        foreach (var was in before.SelectMany(contract => contract.Datasets).Where(was => IsSame(was, becomes)))
        {
            if (isFirst)
            {
                losses.AddRange(OfRows(was, becomes));
                losses.AddRange(OfDelivery(was, becomes));
                isFirst = false;
            }

            var old = Effective(was.Columns, null).ToArray();
            foreach (var now in pending.ToArray())
            {
                var described = Describing(old, now.Column.Path);
                if (described.Length > 0)
                {
                    pending.Remove(now);
                    losses.AddRange(described.SelectMany(one => OfColumn(becomes.Name, one, now)));
                }
            }

            if (pending.Count == 0)
            {
                break;
            }
        }

        return losses;
    }

    // The topic says where the values come from, whatever the dataset is called.
    private static bool IsSame(Dataset was, Dataset becomes) =>
        string.Equals(was.Name, becomes.Name, StringComparison.Ordinal)
        || string.Equals(was.Topic, becomes.Topic, StringComparison.Ordinal);

    private static IEnumerable<ProtectionLoss> OfRows(Dataset was, Dataset becomes)
    {
        if (was.OnErasure.Action < becomes.OnErasure.Action)
        {
            yield return new(becomes.Name, "", Erasure(was.OnErasure), Erasure(becomes.OnErasure));
        }

        if (!was.StartsAnew && becomes.StartsAnew)
        {
            yield return new(becomes.Name, "", "newer than erasure: drop", "newer than erasure: startAnew");
        }

        if (was.Subject is not null && was.Subject != becomes.Subject)
        {
            yield return new(becomes.Name, "", Subject(was.Subject), Subject(becomes.Subject));
        }
    }

    private static IEnumerable<ProtectionLoss> OfDelivery(Dataset was, Dataset becomes)
    {
        if (
            was.Delivery.Key?.Column is { } key
            && becomes.Delivery.Key is { Column: null or { Masking: null or { Method: "plain" } } }
        )
        {
            yield return new(becomes.Name, "", $"key as {key.Path}", "key passed on plain");
        }

        if (!becomes.Delivery.ToTopic)
        {
            yield break;
        }

        foreach (var header in was.Delivery.Headers)
        {
            var now = becomes.Delivery.Headers.FirstOrDefault(other =>
                string.Equals(other.Name, header.Name, StringComparison.OrdinalIgnoreCase)
            );
            if (now is null || now.Column?.Masking is { Method: "plain" })
            {
                yield return new(
                    becomes.Name,
                    "",
                    $"header {header.Name} classified",
                    $"header {header.Name} kept plain"
                );
            }
            else if (header.Column is null && now.Column is { } column)
            {
                yield return new(
                    becomes.Name,
                    "",
                    $"header {header.Name} dropped",
                    $"header {header.Name} as {column.Path}"
                );
            }
        }
    }

    // What was said of a value: at its own place, else of the whole that it was in, else of the parts that it had.
    private static Described[] Describing(Described[] old, string path)
    {
        var self = old.Where(one => one.Column.Path == path).ToArray();
        var whole = old.Where(one => IsWithin(path, one.Column.Path)).MaxBy(one => one.Column.Path.Length);
        return self.Length > 0 ? self
            : whole is not null ? [whole]
            : [.. old.Where(one => IsWithin(one.Column.Path, path))];
    }

    private static bool IsWithin(string path, string whole) =>
        path.Length > whole.Length
        && path.StartsWith(whole, StringComparison.Ordinal)
        && path[whole.Length] is '.' or '[';

    private static IEnumerable<ProtectionLoss> OfColumn(string dataset, Described was, Described becomes)
    {
        var path = IsWithin(was.Column.Path, becomes.Column.Path) ? was.Column.Path : becomes.Column.Path;
        return OfColumn(was.Column, was.Rule, becomes.Column, becomes.Rule)
            .Select(loss => new ProtectionLoss(dataset, path, loss.Was, loss.Becomes));
    }

    private static IEnumerable<(string Was, string Becomes)> OfColumn(
        Column was,
        MaskingRule? oldRule,
        Column becomes,
        MaskingRule? newRule
    )
    {
        if (IsWeaker(oldRule, newRule))
        {
            yield return (Method(oldRule), Method(newRule));
        }

        if (was.IsPersonal && !becomes.IsPersonal)
        {
            yield return (
                $"category {was.PrivacyCategory}",
                becomes.PrivacyCategory is { } category ? $"category {category}" : "no category"
            );
        }

        if (was.Identifier is not null && was.Identifier != becomes.Identifier)
        {
            yield return (
                $"identifier {was.Identifier}",
                becomes.Identifier is { } domain ? $"identifier {domain}" : "no identifier"
            );
        }
        else if (was.Link == Contracts.Link.Owns && becomes.Link is { } link and not Contracts.Link.Owns)
        {
            yield return ("link owns", link == Contracts.Link.Shared ? "link shared" : "link lookup");
        }

        if ((was.OnErasure?.Action ?? ErasureAction.Delete) < (becomes.OnErasure?.Action ?? ErasureAction.Delete))
        {
            yield return (Erasure(was.OnErasure ?? ErasureRule.Delete), Erasure(becomes.OnErasure!));
        }
    }

    // Other parameters of a method that lets a part through may let more through, and what is sealed under somebody else's key
    // outlives its subject: in doubt it is a loss.
    private static bool IsWeaker(MaskingRule? was, MaskingRule? becomes)
    {
        if (was is null || becomes is null)
        {
            return was is not null;
        }

        var (old, now) = (StrengthOf(was), StrengthOf(becomes));
        return now < old
            || (
                now == old && ParametersCount(was) && ParametersCount(becomes) && Parameters(was) != Parameters(becomes)
            );
    }

    private static bool ParametersCount(MaskingRule rule) =>
        MaskingMethods.Find(rule.Method)?.Traits is { } traits
        && (traits.UnderSubject || traits.Strength == MethodStrength.PartShows);

    private static MethodStrength StrengthOf(MaskingRule rule) =>
        MaskingMethods.Find(rule.Method)?.Traits.Strength ?? MethodStrength.Plain;

    private static string Method(MaskingRule? rule) =>
        rule is null ? "no rule"
        : ParametersCount(rule) && rule.Parameters.Count > 0 ? $"{rule.Method} ({Parameters(rule)})"
        : rule.Method;

    private static string Parameters(MaskingRule rule) =>
        string.Join(
            ", ",
            rule.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")
        );

    private static string Subject(DatasetSubject? subject) =>
        subject is null ? "no subject" : $"subject {subject.Kind} by {subject.Identifier}";

    private static string Erasure(ErasureRule rule) =>
        rule.Action switch
        {
            ErasureAction.Delete => "erasure delete",
            ErasureAction.Clear => "erasure clear",
            _ => "erasure retain",
        };

    // A rule on a composite holds for everything in it.
    private static IEnumerable<Described> Effective(IEnumerable<Column> columns, MaskingRule? above)
    {
        foreach (var column in columns)
        {
            var rule = above ?? column.Masking;
            if (column.Children.IsEmpty || column.Masking is not null)
            {
                yield return new(column, rule);
            }

            foreach (var child in Effective(column.Children, rule))
            {
                yield return child;
            }
        }
    }

    /// <summary>A column, and the rule that holds for it.</summary>
    private sealed record Described(Column Column, MaskingRule? Rule);
}

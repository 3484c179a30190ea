using System.Collections.Frozen;

namespace Governance.Masking.Contracts;

/// <summary>One way in which a new version of a contract protects less than the one before.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Column">The column's path; the empty string for the rows as a whole.</param>
/// <param name="Was">What held before: <c>seal</c>, <c>link owns</c>, <c>erasure delete</c>, …</param>
/// <param name="Becomes">What holds now.</param>
public sealed record ProtectionLoss(string Dataset, string Column, string Was, string Becomes)
{
    // How little a method lets through. Equal ones lose in different ways, none of them plainly more.
    private static readonly FrozenDictionary<string, int> Strength = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["drop"] = 6,
        ["redact"] = 5,
        ["seal"] = 4,
        ["surrogate"] = 4,
        ["token"] = 3,
        ["fpe"] = 3,
        ["digest"] = 3,
        ["partial"] = 2,
        ["generalize"] = 2,
        ["dateshift"] = 2,
        ["scrub"] = 2,
        ["plain"] = 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All losses between two versions. A column or dataset that is gone is none: its values are quarantined.</summary>
    public static IReadOnlyList<ProtectionLoss> Between(Contract before, Contract after) =>
        [
            .. before
                .Datasets.Join(
                    after.Datasets,
                    dataset => dataset.Name,
                    dataset => dataset.Name,
                    (was, becomes) => OfDataset(was, becomes),
                    StringComparer.Ordinal
                )
                .SelectMany(losses => losses),
        ];

    /// <inheritdoc/>
    public override string ToString() => $"{Dataset}{(Column.Length == 0 ? "" : ".")}{Column}: {Was} -> {Becomes}";

    private static IEnumerable<ProtectionLoss> OfDataset(Dataset was, Dataset becomes)
    {
        if (was.OnErasure.Action < becomes.OnErasure.Action)
        {
            yield return new(was.Name, "", Erasure(was.OnErasure), Erasure(becomes.OnErasure));
        }

        var before = Effective(was.Columns, null).ToDictionary(pair => pair.Column.Path, StringComparer.Ordinal);
        foreach (var (column, rule) in Effective(becomes.Columns, null))
        {
            if (!before.TryGetValue(column.Path, out var old))
            {
                continue;
            }

            foreach (var (from, to) in OfColumn(old.Column, old.Rule, column, rule))
            {
                yield return new(was.Name, column.Path, from, to);
            }
        }
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

    // Other parameters of a method that lets a part through may let more through: in doubt it is a loss.
    private static bool IsWeaker(MaskingRule? was, MaskingRule? becomes)
    {
        if (was is null || becomes is null)
        {
            return was is not null;
        }

        var (old, now) = (StrengthOf(was), StrengthOf(becomes));
        return now < old || (now == old && old == Strength["partial"] && Parameters(was) != Parameters(becomes));
    }

    private static int StrengthOf(MaskingRule rule) => Strength.GetValueOrDefault(rule.Method);

    private static string Method(MaskingRule? rule) =>
        rule is null ? "no rule"
        : StrengthOf(rule) == Strength["partial"] && rule.Parameters.Count > 0 ? $"{rule.Method} ({Parameters(rule)})"
        : rule.Method;

    private static string Parameters(MaskingRule rule) =>
        string.Join(
            ", ",
            rule.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")
        );

    private static string Erasure(ErasureRule rule) =>
        rule.Action switch
        {
            ErasureAction.Delete => "erasure delete",
            ErasureAction.Clear => "erasure clear",
            _ => "erasure retain",
        };

    // A rule on a composite holds for everything in it.
    private static IEnumerable<(Column Column, MaskingRule? Rule)> Effective(
        IEnumerable<Column> columns,
        MaskingRule? above
    )
    {
        foreach (var column in columns)
        {
            var rule = above ?? column.Masking;
            if (column.Children.IsEmpty || column.Masking is not null)
            {
                yield return (column, rule);
            }

            foreach (var child in Effective(column.Children, rule))
            {
                yield return child;
            }
        }
    }
}

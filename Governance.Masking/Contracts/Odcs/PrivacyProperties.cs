using System.Collections.Frozen;

namespace Governance.Masking.Contracts.Odcs;

/// <summary>The custom properties that governance reads; ODCS has no keys for what they say.</summary>
internal static class PrivacyProperties
{
    public const string Subject = "subject";
    public const string OnErasure = "onErasure";
    public const string CompactedBy = "compactedBy";
    public const string TopicRetention = "topicRetention";
    public const string Delivery = "delivery";
    public const string NewerThanErasure = "newerThanErasure";
    public const string PrivacyCategory = "privacyCategory";
    public const string Identifier = "identifier";
    public const string Link = "link";
    public const string Masking = "masking";

    /// <summary>Those of a schema object.</summary>
    public static FrozenSet<string> OfDatasets { get; } =
        new[] { Subject, OnErasure, CompactedBy, TopicRetention, Delivery, NewerThanErasure }.ToFrozenSet(
            StringComparer.Ordinal
        );

    /// <summary>Those of a property.</summary>
    public static FrozenSet<string> OfColumns { get; } =
        new[] { PrivacyCategory, Identifier, Link, Masking, OnErasure }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKnown(string name) => OfDatasets.Contains(name) || OfColumns.Contains(name);
}

using System.Collections.Frozen;

namespace Governance.Masking.Contracts;

/// <summary>The stable codes of <see cref="ContractFault"/>.</summary>
public static class FaultCodes
{
    /// <summary>The text is not YAML.</summary>
    public const string BrokenYaml = "broken_yaml";

    /// <summary>There is no document in the file.</summary>
    public const string EmptyDocument = "empty_document";

    /// <summary>There is more than one document in the file.</summary>
    public const string SeveralDocuments = "several_documents";

    /// <summary>The document, or what its aliases write out, is too large.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The document is nested too deeply.</summary>
    public const string TooDeep = "too_deep";

    /// <summary>A mapping's key is not text, or is a merge key.</summary>
    public const string BadKey = "bad_key";

    /// <summary>A key stands twice in one mapping.</summary>
    public const string DuplicateKey = "duplicate_key";

    /// <summary>An alias whose anchor is unknown, or holds itself.</summary>
    public const string BadAlias = "bad_alias";

    /// <summary>An explicit YAML tag outside the core schema.</summary>
    public const string BadTag = "bad_tag";

    /// <summary>A file that cannot be read.</summary>
    public const string UnreadableFile = "unreadable_file";

    /// <summary>ODCS knows no such key here.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>ODCS wants a key that is missing.</summary>
    public const string MissingKey = "missing_key";

    /// <summary>A value of the wrong kind: text for a list, and so on.</summary>
    public const string WrongKind = "wrong_kind";

    /// <summary>A value that is none of those allowed.</summary>
    public const string UnknownValue = "unknown_value";

    /// <summary>A value of the right kind in the wrong form.</summary>
    public const string BadValue = "bad_value";

    /// <summary>The contract holds no dataset.</summary>
    public const string NoDataset = "no_dataset";

    /// <summary>A dataset without columns.</summary>
    public const string NoColumns = "no_columns";

    /// <summary>A name that no topic, table or Avro field can have.</summary>
    public const string BadName = "bad_name";

    /// <summary>Two columns of one level have one name.</summary>
    public const string DuplicateColumn = "duplicate_column";

    /// <summary>A custom property stands twice.</summary>
    public const string DuplicateCustomProperty = "duplicate_custom_property";

    /// <summary>A custom property whose name is nearly one that governance reads.</summary>
    public const string UnknownCustomProperty = "unknown_custom_property";

    /// <summary>A custom property that governance reads, at a place where it means nothing.</summary>
    public const string MisplacedCustomProperty = "misplaced_custom_property";

    /// <summary>A column that is neither given a category nor declared public.</summary>
    public const string Unclassified = "unclassified";

    /// <summary>A category that Fideslang does not have.</summary>
    public const string UnknownCategory = "unknown_category";

    /// <summary>A masking rule that cannot be read.</summary>
    public const string BadMasking = "bad_masking";

    /// <summary>A method that nobody knows.</summary>
    public const string UnknownMethod = "unknown_method";

    /// <summary>A method that this version does not have.</summary>
    public const string MethodUnavailable = "method_unavailable";

    /// <summary>A parameter that the method refuses.</summary>
    public const string BadParameter = "bad_parameter";

    /// <summary>A method that cannot mask a composite as a whole.</summary>
    public const string MethodNotForComposite = "method_not_for_composite";

    /// <summary>A rule, or an identifier, below a column that is masked as a whole.</summary>
    public const string MaskedAsWhole = "masked_as_whole";

    /// <summary>Personal data without a masking rule.</summary>
    public const string PersonalWithoutMasking = "personal_without_masking";

    /// <summary>Personal data that is passed on plain without a reason.</summary>
    public const string PersonalPlain = "personal_plain";

    /// <summary>An identifier domain that is no name.</summary>
    public const string BadIdentifier = "bad_identifier";

    /// <summary>An identifier on an object or a list.</summary>
    public const string IdentifierOnComposite = "identifier_on_composite";

    /// <summary>An identifier that does not say how its row relates to the subject.</summary>
    public const string IdentifierWithoutLink = "identifier_without_link";

    /// <summary>An identifier that is not masked by a surrogate: nothing could follow it.</summary>
    public const string IdentifierWithoutSurrogate = "identifier_without_surrogate";

    /// <summary>A link on a column that points at no subject.</summary>
    public const string LinkWithoutIdentifier = "link_without_identifier";

    /// <summary>A link of an unknown kind.</summary>
    public const string UnknownLink = "unknown_link";

    /// <summary>A surrogate for a value that identifies nobody.</summary>
    public const string SurrogateWithoutIdentifier = "surrogate_without_identifier";

    /// <summary>A sealed value in a record whose subject is not named.</summary>
    public const string SealWithoutSubject = "seal_without_subject";

    /// <summary>A subject that cannot be read.</summary>
    public const string BadSubject = "bad_subject";

    /// <summary>A subject's identifier that is no column.</summary>
    public const string UnknownSubjectColumn = "unknown_subject_column";

    /// <summary>A subject's identifier column that has no identifier domain.</summary>
    public const string SubjectNotIdentifier = "subject_not_identifier";

    /// <summary>A subject's identifier that can occur many times in a record.</summary>
    public const string SubjectRepeated = "subject_repeated";

    /// <summary>Personal data without any identifier: an erasure could never reach it.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>An erasure rule that cannot be read.</summary>
    public const string BadOnErasure = "bad_on_erasure";

    /// <summary><c>compactedBy</c> names no identifier column that its rows own.</summary>
    public const string BadCompactedBy = "bad_compacted_by";

    /// <summary><c>topicRetention</c> is no period.</summary>
    public const string BadTopicRetention = "bad_topic_retention";

    /// <summary><c>delivery</c> cannot be read, or says what cannot be carried out.</summary>
    public const string BadDelivery = "bad_delivery";

    /// <summary><c>newerThanErasure</c> is none of its two words.</summary>
    public const string BadNewerThanErasure = "bad_newer_than_erasure";

    /// <summary>Data kept without a legal basis.</summary>
    public const string RetainWithoutBasis = "retain_without_basis";

    /// <summary>Data kept without an end.</summary>
    public const string RetainWithoutPeriod = "retain_without_period";

    /// <summary>A retention that cannot be read.</summary>
    public const string BadRetention = "bad_retention";

    /// <summary>A service level's element that is no dataset of the contract.</summary>
    public const string UnknownElement = "unknown_element";

    /// <summary>A relationship that cannot be read.</summary>
    public const string BadRelationship = "bad_relationship";

    /// <summary>A relationship to a dataset or column that no contract has.</summary>
    public const string UnknownRelationship = "unknown_relationship";

    /// <summary>A relationship between identifiers of different domains: their surrogates never match.</summary>
    public const string RelationshipDomain = "relationship_domain";

    /// <summary>Two contracts with one id.</summary>
    public const string DuplicateContract = "duplicate_contract";

    /// <summary>Two datasets with one name.</summary>
    public const string DuplicateDataset = "duplicate_dataset";

    /// <summary>A masked topic that is also another dataset's topic, plain or masked.</summary>
    public const string DuplicateMaskedTopic = "duplicate_masked_topic";

    /// <summary>Two datasets with one topic.</summary>
    public const string DuplicateTopic = "duplicate_topic";

    /// <summary>An identifier domain that names different kinds of subjects.</summary>
    public const string InconsistentSubject = "inconsistent_subject";

    /// <summary>The contract's id is not the one it is published under.</summary>
    public const string IdMismatch = "id_mismatch";

    /// <summary>Codes that say: this is no ODCS v3.1 document. All others say what governance misses in it.</summary>
    public static FrozenSet<string> Structural { get; } =
        new[]
        {
            BrokenYaml,
            EmptyDocument,
            SeveralDocuments,
            TooLarge,
            TooDeep,
            BadKey,
            DuplicateKey,
            BadAlias,
            BadTag,
            UnreadableFile,
            UnknownKey,
            MissingKey,
            WrongKind,
            UnknownValue,
            BadValue,
        }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Codes that one contract alone does not have: it clashes with others, or misses them.</summary>
    public static FrozenSet<string> AcrossContracts { get; } =
        new[]
        {
            UnknownRelationship,
            RelationshipDomain,
            DuplicateContract,
            DuplicateDataset,
            DuplicateTopic,
            DuplicateMaskedTopic,
            InconsistentSubject,
        }.ToFrozenSet(StringComparer.Ordinal);
}

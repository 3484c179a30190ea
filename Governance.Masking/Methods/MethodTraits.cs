namespace Governance.Masking.Methods;

/// <summary>What a method keeps of a value, and whom its masked values still serve. Declared by each method; tests hold it to that.</summary>
/// <param name="Strength">How little of a value shows in its masked form.</param>
public sealed record MethodTraits(MethodStrength Strength)
{
    /// <summary>Whether a masked value has the plain one's type. Of <c>generalize</c>, all but <c>bands</c>.</summary>
    public bool Type { get; init; }

    /// <summary>Whether the plain value's length can be read off the masked one.</summary>
    public bool Length { get; init; }

    /// <summary>Among which values the masked ones stand in the plain ones' order.</summary>
    public KeptAmong Order { get; init; }

    /// <summary>Among which values equal plain ones (after normalization) have equal masked ones, and others do not.</summary>
    public KeptAmong Joins { get; init; }

    /// <summary>What turns a masked value back into the plain one.</summary>
    public Reversal Reversal { get; init; }

    /// <summary>Whether what a masked value tells of a person still stands once the person's vault row is destroyed.</summary>
    public bool SurvivesErasure { get; init; }

    /// <summary>Whether values are masked under a subject's key, so that the record must name a subject, or the rule's <c>under</c> does.</summary>
    public bool UnderSubject { get; init; }
}

/// <summary>Among which values something holds.</summary>
public enum KeptAmong
{
    /// <summary>Among none.</summary>
    None,

    /// <summary>Among the values of one subject.</summary>
    OneSubject,

    /// <summary>Among all values that are masked by the same rule and domain.</summary>
    All,
}

/// <summary>What turns a masked value back.</summary>
public enum Reversal
{
    /// <summary>Nothing does.</summary>
    None,

    /// <summary>Nothing needs to: the value is plain.</summary>
    NotNeeded,

    /// <summary>Its row in the vault, until that is destroyed.</summary>
    ByVault,

    /// <summary>The domain's key, as long as it is in the keyset.</summary>
    ByDomainKey,

    /// <summary>The subject's key, until the vault row is destroyed.</summary>
    BySubjectKey,
}

/// <summary>How little of a value shows, from all of it to nothing. Methods of one strength lose in different ways, none plainly more.</summary>
public enum MethodStrength
{
    /// <summary>All of it shows.</summary>
    Plain,

    /// <summary>A part or a coarser form shows; which one, the parameters say.</summary>
    PartShows,

    /// <summary>Equality shows, and what one key for a whole domain protects.</summary>
    DomainKey,

    /// <summary>What the vault protects shows: it ends with the subject's row.</summary>
    OwnKey,

    /// <summary>That there was a value shows.</summary>
    PresenceShows,

    /// <summary>Nothing shows.</summary>
    Nothing,
}

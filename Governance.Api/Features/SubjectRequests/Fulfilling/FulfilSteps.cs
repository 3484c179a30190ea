namespace Governance.Api.Features.SubjectRequests.Fulfilling;

/// <summary>The points of a request, other than an erasure, at which a test may stop the process, in their order.</summary>
internal static class FulfilSteps
{
    public const string GateEntered = "fulfil.gate_entered";
    public const string KeysKept = "fulfil.keys_kept";
    public const string Started = "fulfil.started";
    public const string ArchiveBegun = "fulfil.archive_begun";
    public const string ArchiveWritten = "fulfil.archive_written";
    public const string LimitKeysKept = "fulfil.limit_keys_kept";
    public const string LimitInForce = "fulfil.limit_in_force";
    public const string ViewsIssued = "fulfil.views_issued";
    public const string BeforeKept = "fulfil.before_kept";
    public const string ValueCorrected = "fulfil.value_corrected";
    public const string IdentifierCorrected = "fulfil.identifier_corrected";
    public const string Carried = "fulfil.carried";
    public const string Verified = "fulfil.verified";
    public const string Completed = "fulfil.completed";
    public const string KeysDropped = "fulfil.keys_dropped";
}

namespace Governance.Masking.Keys;

/// <summary>PLACEHOLDER of the skeleton: the key hierarchy of one tenant.</summary>
public sealed class TenantKeys;

/// <summary>PLACEHOLDER of the skeleton: the key of one subject.</summary>
public sealed class SubjectKey;

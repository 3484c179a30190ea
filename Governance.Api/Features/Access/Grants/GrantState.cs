namespace Governance.Api.Features.Access.Grants;

/// <summary>What was last observed of a grant in the warehouse.</summary>
internal enum GrantState
{
    /// <summary>It is decided, and does not stand in the warehouse, or not as decided.</summary>
    Approved,

    /// <summary>The warehouse has taken view and row rule.</summary>
    Applied,

    /// <summary>Both were read back, and are what was decided.</summary>
    Verified,

    /// <summary>Its time is over, and nothing of it is left in the warehouse.</summary>
    Expired,

    /// <summary>It was ended before its time, and nothing of it is left in the warehouse.</summary>
    Revoked,
}

/// <summary>How a grant is to end.</summary>
internal enum GrantEnd
{
    /// <summary>Its time is over.</summary>
    Expiry,

    /// <summary>A person, or a changed policy, ended it.</summary>
    Revocation,
}

internal static class GrantStates
{
    /// <summary>The states in which something may stand in the warehouse.</summary>
    public static readonly GrantState[] Open = [GrantState.Approved, GrantState.Applied, GrantState.Verified];

    /// <summary>A person's grants that are in force and stand in the warehouse.</summary>
    public static IQueryable<Grant> Standing(IQueryable<Grant> all, string person, DateTimeOffset now) =>
        all.Where(grant =>
            grant.Person == person
            && (grant.State == GrantState.Applied || grant.State == GrantState.Verified)
            && grant.End == null
            && grant.Until > now
        );

    /// <summary>The state's name on the wire.</summary>
    public static string Name(this GrantState state) =>
        state switch
        {
            GrantState.Approved => "approved",
            GrantState.Applied => "applied",
            GrantState.Verified => "verified",
            GrantState.Expired => "expired",
            _ => "revoked",
        };

    /// <summary>The state of a grant that is gone from the warehouse.</summary>
    public static GrantState Final(this GrantEnd end) =>
        end == GrantEnd.Expiry ? GrantState.Expired : GrantState.Revoked;
}
